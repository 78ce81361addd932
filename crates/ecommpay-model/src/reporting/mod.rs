//! Answers of the Data API: operations of a period, operations of one payment, balances, fraud.
//!
//! The Data API writes some things otherwise than callbacks do: identifiers of operations are texts
//! in one list and numbers in another, sums of the fraud list are in major units, and nearly every
//! number comes as a text. The bodies here read all of it into the same nouns as everywhere.

mod balance;
mod error;
mod field;
mod fraud;
mod operation;
mod payment;

pub use self::balance::{Balance, BalanceReport};
pub use self::error::ReportErrorBody;
pub use self::field::ReportField;
pub use self::fraud::{FraudOperation, FraudReport};
pub use self::operation::{OperationsReport, ReportedFlag, ReportedOperation, ReportedPaymentType};
pub use self::payment::{PaymentOperation, PaymentOperationsReport};
