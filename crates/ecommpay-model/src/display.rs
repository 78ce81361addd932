//! What the customer has to be shown (`display_data`).

use crate::body::body;
use crate::json::JsonObject;
use crate::kind::DisplayKind;
use crate::text::PrivateText;

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
