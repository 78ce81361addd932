//! Card authentication, one-time codes and recurring agreements in bodies.
//!
//! The three methods of this project need little of it, but callbacks of a project can carry it.

use crate::body::body;
use crate::currency::Currency;
use crate::json::JsonObject;
use crate::text::PrivateText;

body! {
    /// Data for 3-D Secure 1 (`acs`).
    Acs {
        /// Where the customer authenticates.
        acs_url: Option<PrivateText> = "acs_url",
        /// Session data to pass on.
        md: Option<PrivateText> = "md",
        /// The request to pass on.
        pa_req: Option<PrivateText> = "pa_req",
        /// Where the result goes.
        term_url: Option<PrivateText> = "term_url",
    }
}

body! {
    /// Data for 3-D Secure 2 (`threeds2`).
    ThreeDs2 {
        /// A hidden frame to load.
        iframe: Option<ThreeDs2Step> = "iframe",
        /// A redirect to follow.
        redirect: Option<ThreeDs2Step> = "redirect",
    }
}

body! {
    /// One step of 3-D Secure 2 (`threeds2.iframe`, `threeds2.redirect`).
    ThreeDs2Step {
        /// The target.
        url: Option<PrivateText> = "url",
        /// What to send along.
        params: JsonObject = "params",
    }
}

body! {
    /// What is left for one-time codes (`resend`).
    Resend {
        /// Unix time in seconds until which the code must arrive.
        new_attempt_time: Option<i64> = "new_attempt_time",
        /// How often a new code may still be asked for.
        available_attempts_number: Option<i64> = "available_attempts_number",
    }
}

body! {
    /// A recurring agreement (`recurring`).
    RecurringInfo {
        /// Identifier of the agreement.
        id: Option<String> = "id",
        /// Kind of the agreement.
        kind: Option<String> = "type",
        /// Status of the agreement.
        status: Option<String> = "status",
        /// Currency of the payments.
        currency: Option<Currency> = "currency",
        /// Until when it holds.
        valid_thru: Option<String> = "valid_thru",
        /// The payment it was made with.
        register_payment_id: Option<String> = "register_payment_id",
    }
}
