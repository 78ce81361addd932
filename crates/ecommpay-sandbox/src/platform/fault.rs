//! Codes the sandbox answers with, in its own table, and faults found in requests.

use serde::Serialize;

/// A code of the platform's registry with its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) number: u32,
    pub(crate) message: &'static str,
}

macro_rules! codes {
    ($($name:ident = $number:literal $message:literal;)*) => {
        impl Code {
            $(pub(crate) const $name: Self = Self { number: $number, message: $message };)*
        }
    };
}

codes! {
    SUCCESS = 0 "Success";
    ACCESS_DENIED = 303 "Access denied";
    VALIDATION_ERROR = 502 "Validation error";
    MALFORMED = 702 "Malformed request";
    INVALID_JSON = 2003 "Invalid JSON string";
    FIELD_MISSING = 2004 "Required field not provided";
    PROJECT_NOT_FOUND = 2442 "Project ID not found";
    UNKNOWN_METHOD = 2541 "Unknown Payment Method";
    AMOUNT_ABOVE_LIMIT = 2642 "Operation amount is greater than limit";
    CURRENCY_DISABLED = 3023 "Provided currency disabled for Project ID";
    INVALID_PAYMENT_ID = 3024 "Invalid Payment ID";
    MERCHANT_BALANCE = 3028 "Insufficient funds on merchant balance";
    PAYMENT_EXISTS = 3041 "Payment ID already exists";
    STATUS_FORBIDS = 3060 "Current payment or operation status does not allow this action";
    NOT_FOUND = 3061 "Transaction not found";
    DETAILS_NOT_RECEIVED = 3062 "Payment details not received";
    INVALID_CURRENCY = 3121 "Invalid currency";
    NEED_CLARIFICATION = 3191 "Need clarification";
    LONG_VERIFICATION = 3198 "Auto decline due to long verification";
    REFUND_ID_EXISTS = 3230 "The operation with such merchant_refund_id already exists";
    INVALID_SIGNATURE = 3261 "Invalid signature";
    EMPTY_SIGNATURE = 3262 "Empty signature";
    REFUND_ABOVE_REST = 3283 "Refund amount more than init amount";
    REFUND_CURRENCY = 3284 "Refund currency mismatched or empty";
    REFUND_BLOCKED = 3285 "Cannot make refund because of timeout block for repeat refund";
    AMOUNT_REQUIRED = 3286 "The property amount is required";
    CURRENCY_REQUIRED = 3287 "The property currency is required";
    REFUND_DISPUTED = 3288 "Refund prohibited on disputed transaction";
    BELOW_FIXED_FEE = 3289 "The operation amount is less than fix fee of tariff";
    AMOUNT_BELOW_LIMIT = 3358 "Operation amount is less than limit";
    AMOUNT_NOT_WHOLE = 3609 "Operation amount must be equal to the initial amount";
    REFUND_UNAVAILABLE = 3610 "Refund unavailable for the current operation";
    DUPLICATE_OPERATION = 3613 "Duplicate operation";
    AWAITING_PROCESSING = 9999 "Awaiting processing";
    GENERAL_DECLINE = 20000 "General decline";
    CUSTOMER_FUNDS = 20105 "Insufficient funds on customer account";
    TIME_OUT = 20602 "Time-out";
}

/// One entry of `errors`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    code: String,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl Fault {
    pub(crate) fn new(code: Code) -> Self {
        Self {
            code: code.number.to_string(),
            message: code.message,
            field: None,
            description: None,
        }
    }

    /// A fault of one member, with the rule that it breaks.
    pub(crate) fn of_member(code: Code, field: &str, rule: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            description: Some(rule.into()),
            ..Self::new(code)
        }
    }

    /// Whether it is a fault of this member.
    pub(crate) fn is_about(&self, member: &str) -> bool {
        self.field.as_deref() == Some(member)
    }

    /// What to write into a timeline: code, member and rule, never a value.
    pub(crate) fn summary(&self) -> String {
        match (&self.field, &self.description) {
            (Some(field), Some(rule)) => format!("{} {field}: {rule}", self.code),
            _ => format!("{} {}", self.code, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_member_and_rule() {
        let fault = Fault::of_member(Code::VALIDATION_ERROR, "customer.phone", "4 to 24 digits");
        assert_eq!(fault.summary(), "502 customer.phone: 4 to 24 digits");
        assert_eq!(
            serde_json::to_string(&fault).unwrap(),
            r#"{"code":"502","message":"Validation error","field":"customer.phone","description":"4 to 24 digits"}"#
        );
    }
}
