//! What the Data API says when it gives no report.

use crate::body::body;

body! {
    /// An error answer of the Data API. Only the status is always there.
    ReportErrorBody {
        /// Name of the error.
        name: Option<String> = "name",
        /// The platform's words; they may repeat what was sent.
        message: Option<String> = "message",
        /// A code, a number or a text; the documentation calls it an HTTP error code.
        code: Option<String> = "code",
        /// The HTTP status once more.
        status: Option<i64> = "status",
    }
}
