//! Handing the customer over: where to send them (`redirect_data`), what to show (`display_data`).

use crate::body::body;
use crate::json::{Json, JsonObject};
use crate::kind::DisplayKind;
use crate::text::PrivateText;

body! {
    /// Data for sending the customer to the payment system (`redirect_data`).
    ///
    /// The values are as received; turning them into something a browser may follow is the
    /// business of the hand-off. The service member `encrypted` and further ones stay in `other`.
    RedirectData {
        /// `GET` or `POST`.
        method: Option<String> = "method",
        /// The target. It can hold tokens, so `Debug` does not show it.
        url: Option<PrivateText> = "url",
        /// What to send along. The platform writes an empty one as `[]`; both read as no members.
        body: JsonObject = "body",
    }
}

impl RedirectData {
    /// Data as the platform writes it: without members to send along, `body` is `[]`.
    ///
    /// ```
    /// use ecommpay_model::RedirectData;
    ///
    /// let data = RedirectData::new("GET", "https://example.com/pay");
    /// assert_eq!(
    ///     serde_json::to_value(&data)?,
    ///     serde_json::json!({"method": "GET", "url": "https://example.com/pay", "body": []}),
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn new(method: impl Into<String>, url: impl Into<PrivateText>) -> Self {
        Self {
            method: Some(method.into()),
            url: Some(url.into()),
            body: JsonObject::new(),
            other: JsonObject::from_iter([("body", Json::Array(Vec::new()))]),
        }
    }
}

body! {
    /// One piece of data to show to the customer (an element of `display_data`).
    ///
    /// For Alipay one of the QR kinds is always among them; if there is additional information at
    /// all, one piece is titled `QR Code Timeout` and gives the validity in seconds as text.
    DisplayItem {
        /// What `data` is.
        kind: Option<DisplayKind> = "type",
        /// Name of the data.
        title: Option<String> = "title",
        /// The data itself. It can be a payment link or an account, so `Debug` does not show it.
        data: Option<PrivateText> = "data",
    }
}

impl DisplayItem {
    /// A piece of data.
    #[must_use]
    pub fn new(kind: DisplayKind, title: impl Into<String>, data: impl Into<PrivateText>) -> Self {
        Self {
            kind: Some(kind),
            title: Some(title.into()),
            data: Some(data.into()),
            other: JsonObject::new(),
        }
    }
}
