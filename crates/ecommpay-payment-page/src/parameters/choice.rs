//! Which methods the customer can choose: section 5.2 of the notes on the Payment Page.

use ecommpay_model::MethodCode;

use super::{TEXT, parameters};
use crate::Opening;
use crate::choices::Switch;
use crate::rule::Rule;
use crate::structured::JsonText;
use crate::value::Value;

parameters! {
    /// The one method the customer can pay with, also when trying again.
    force_payment_method: MethodCode;
    /// The one group of methods to choose from, such as `openbanking`; up to 255.
    force_payment_group: Text, TEXT;
    /// Brand of card, beside `force_payment_method` = `card`; up to 255.
    force_payment_method_subtype: Text, TEXT;
    /// † The method that opens first; the customer may take another.
    default_payment_method: MethodCode;
    /// † `payment_method`: begin with the method used last; up to 255.
    list_payment_block: Text, TEXT;
    /// Options of methods, such as `{"submethod_code":"paylater"}`.
    payment_methods_options: JsonText;
    /// Open third-party pages in a new tab; the method decides if absent.
    force_acs_new_window: Switch;
}

impl Opening {
    /// Methods the customer is not offered, by their codes; groups cannot be hidden.
    ///
    /// Sent as a list with commas. A code with a comma in it would be two codes, so each is checked.
    #[must_use]
    pub fn hide<Code: Into<MethodCode>>(self, methods: impl IntoIterator<Item = Code>) -> Self {
        let codes: Vec<String> = methods
            .into_iter()
            .map(|code| code.into().as_str().to_owned())
            .collect();
        self.set(
            "hide",
            Value::Text(codes.join(",")),
            Rule::CodeList { codes: codes.len() },
        )
    }
}
