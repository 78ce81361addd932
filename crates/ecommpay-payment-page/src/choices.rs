//! Parameters with a few values: one enum for each, with the value it is sent as.

use crate::value::Value;

macro_rules! choices {
    ($(
        $(#[$type_doc:meta])+
        $type:ident { $( $(#[$doc:meta])+ $variant:ident = $value:literal, )+ }
    )+) => { $(
        $(#[$type_doc])+
        #[non_exhaustive]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $( $(#[$doc])+ $variant, )+ }

        impl From<$type> for Value {
            fn from(choice: $type) -> Self {
                match choice { $( $type::$variant => Self::from($value), )+ }
            }
        }
    )+ };
}

choices! {
    /// A setting that is sent as 1 or 0.
    Switch {
        /// 1
        On = 1,
        /// 0
        Off = 0,
    }

    /// Whether a purchase is made in one step or two (`operation_type`).
    PurchaseOperation {
        /// `sale`: the money is taken at once.
        Sale = "sale",
        /// `auth`: the money is held, and taken by a later request.
        Auth = "auth",
    }

    /// An order that did not come through the web site (`moto_type`).
    MotoType {
        /// 1: by mail.
        MailOrder = 1,
        /// 2: by telephone.
        TelephoneOrder = 2,
    }

    /// Kinds of digital currency (`payment_cryptocurrency_type`).
    CryptocurrencyType {
        /// `cbdc`: issued by a central bank.
        CentralBank = "cbdc",
        /// `stablecoins_fiat_backed`
        FiatBackedStablecoins = "stablecoins_fiat_backed",
        /// `native_tokens`
        NativeTokens = "native_tokens",
        /// `other`
        Other = "other",
    }

    /// Where a page of the shop opens when the customer comes back (`…_mode`).
    ReturnMode {
        /// `iframe`: inside the frame of the form, the default.
        Iframe = "iframe",
        /// `parent_page`: in place of the page around the frame.
        ParentPage = "parent_page",
        /// `blank_page`: in a new tab, if the browser allows it.
        BlankPage = "blank_page",
    }

    /// Where a page of the shop opens after a card was saved (`redirect_tokenize_mode`).
    TokenizeReturnMode {
        /// `iframe`: inside the frame of the form, the default.
        Iframe = "iframe",
        /// `parent_page`: in place of the page around the frame.
        ParentPage = "parent_page",
    }

    /// When the form has a button back to the shop (`merchant_…_enabled`).
    ReturnButton {
        /// 0: never.
        Never = 0,
        /// 1: only when the form is a page of its own.
        SeparatePageOnly = 1,
        /// 2: always, the default.
        Always = 2,
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}
