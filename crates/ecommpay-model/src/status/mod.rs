//! Statuses of payments and operations.

mod operation;
mod payment;

pub use self::operation::OperationStatus;
pub use self::payment::{CancelledSpelling, PaymentStatus};
