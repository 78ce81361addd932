//! Immediate answers of the Gate: acknowledgements and error bodies.

use crate::body::body;
use crate::codes::OperationCode;
use crate::identifier::{PaymentId, ProjectId, RequestId};

body! {
    /// Acknowledgement of a request (HTTP 200).
    ///
    /// It says that the request was accepted, never that anything was paid or refunded.
    AcknowledgementBody {
        /// `success`.
        status: Option<String> = "status",
        /// The platform's identifier of the request, found again in `operation.request_id`.
        request_id: Option<RequestId> = "request_id",
        /// The merchant's project.
        project_id: Option<ProjectId> = "project_id",
        /// The merchant's identifier of the payment.
        payment_id: Option<PaymentId> = "payment_id",
    }
}

body! {
    /// An error answer, in either shape: `{status, code, message}` or `{errors: […]}`.
    ///
    /// Everything is optional, because in practice everything has been missing.
    ErrorBody {
        /// `error`.
        status: Option<String> = "status",
        /// Code of the error.
        code: Option<OperationCode> = "code",
        /// The platform's text to the code.
        message: Option<String> = "message",
        /// The errors of the second shape.
        errors: Vec<ErrorItem> = "errors",
    }
}

body! {
    /// One error of a request (`errors[]`).
    ErrorItem {
        /// Code of the error: an integer in the schema, a string in practice.
        code: Option<OperationCode> = "code",
        /// The platform's text to the code.
        message: Option<String> = "message",
        /// The member that is wrong.
        field: Option<String> = "field",
        /// More about it.
        description: Option<String> = "description",
        /// The rule that is broken.
        constraint: Option<String> = "constraint",
    }
}
