//! Answer to `/operations/get-by-payment`.

use crate::body::body;
use crate::currency::Currency;
use crate::identifier::OperationId;
use crate::kind::OperationType;
use crate::money::Money;
use crate::timestamp::ReceivedDate;

body! {
    /// All operations of one payment, in the example newest first.
    PaymentOperationsReport {
        /// The operations.
        operations: Vec<PaymentOperation> = "operations",
        /// Signature of the answer. It is checked on the bytes, not here.
        signature: Option<String> = "signature",
    }
}

body! {
    /// One operation of a payment. There is no status in this list.
    PaymentOperation {
        /// The platform's identifier of the operation, a text here.
        operation_id: Option<String> = "operation_id",
        /// What was done: sale, refund and so on.
        kind: Option<OperationType> = "operation_type",
        /// When the operation began. One text of the documentation promises a form without an
        /// offset; such a date keeps its text and can be read as a
        /// [`LocalDateTime`](crate::LocalDateTime).
        created_at: Option<ReceivedDate> = "operation_created_at",
        /// When it ended; in the same form.
        completed_at: Option<ReceivedDate> = "operation_completed_at",
        /// Minor units.
        amount: Option<i64> = "amount",
        /// Currency of the amount.
        currency: Option<Currency> = "currency",
        /// Acquirer reference number of a card payment, 23 digits.
        arn: Option<String> = "arn",
        /// Retrieval reference number of a card payment, 12 digits.
        rrn: Option<String> = "rrn",
    }
}

impl PaymentOperation {
    /// The sum of the operation; nothing if a part is missing, unreadable or out of range.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Money::new(self.amount?, self.currency?).ok()
    }

    /// The identifier as callbacks write it, a number.
    #[must_use]
    pub fn callback_id(&self) -> Option<OperationId> {
        self.operation_id.as_deref()?.parse().ok()
    }
}
