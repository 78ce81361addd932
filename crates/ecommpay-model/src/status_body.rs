//! Answers to status requests, by payment id and by request id.

use crate::acknowledgement::ErrorItem;
use crate::authentication::{Acs, RecurringInfo};
use crate::body::body;
use crate::callback::{AccountInfo, CustomerInfo, PaymentInfo};
use crate::clarification::ClarificationFields;
use crate::codes::OperationCode;
use crate::hand_off::{DisplayItem, RedirectData};
use crate::identifier::{PaymentId, ProjectId, RequestId};
use crate::kind::MethodCode;
use crate::operation_info::{EndpointId, OperationInfo};
use crate::status::PaymentStatus;
use crate::sum::Sum;
use crate::text::PrivateText;
use crate::timestamp::ReceivedDate;

body! {
    /// Answer to a status request by payment id (`/v2/payment/status`).
    ///
    /// A payment the platform does not know is answered with the status `error` and code `3061`
    /// or `3062` in `errors`: ask again later, it is neither paid nor failed.
    PaymentStatusBody {
        /// The merchant's project.
        project_id: Option<ProjectId> = "project_id",
        /// The payment.
        payment: PaymentInfo = "payment",
        /// Its operations, oldest first.
        operations: Vec<OperationInfo> = "operations",
        /// The customer.
        customer: Option<CustomerInfo> = "customer",
        /// The account or card paid with.
        account: Option<AccountInfo> = "account",
        /// A recurring agreement.
        recurring: Option<RecurringInfo> = "recurring",
        /// 3-D Secure 1.
        acs: Option<Acs> = "acs",
        /// What is wrong.
        errors: Vec<ErrorItem> = "errors",
        /// Where the customer has to be sent.
        redirect_data: Option<RedirectData> = "redirect_data",
        /// What the customer has to be shown.
        display_data: Vec<DisplayItem> = "display_data",
        /// Which data the platform still wants.
        clarification_fields: Option<ClarificationFields> = "clarification_fields",
        /// Signature of the answer. It is checked on the bytes, not here.
        signature: Option<String> = "signature",
    }
}

body! {
    /// Answer to a status request by request id (`/v2/payment/status/request`), in the platform's
    /// older layout: either a payment with its operations or the errors of the request.
    RequestStatusBody {
        /// Project, payment and signature.
        general: Option<General> = "general",
        /// Status; whether of the request or of the payment is not documented.
        status: Option<PaymentStatus> = "status",
        /// Identifier of the request asked for.
        request_id: Option<RequestId> = "request_id",
        /// Code of the result.
        code: Option<OperationCode> = "code",
        /// The platform's text to the code.
        message: Option<String> = "message",
        /// The platform's record of the payment.
        transaction: Option<Transaction> = "transaction",
        /// The payment as the payment system knows it.
        payment: Option<RequestPayment> = "payment",
        /// The sum asked for.
        sum_request: Option<Sum> = "sum_request",
        /// The sum paid.
        sum_real: Option<Sum> = "sum_real",
        /// The sum refunded.
        sum_refund: Option<Sum> = "sum_refund",
        /// Description of the payment.
        description: Option<String> = "description",
        /// The customer.
        customer: Option<CustomerInfo> = "customer",
        /// Operations of the payment.
        operations: Vec<OperationInfo> = "operations",
        /// 3-D Secure 1.
        acs: Option<Acs> = "acs",
        /// Where the customer returns to; a text here.
        return_url: Option<PrivateText> = "return_url",
        /// What is wrong with the request.
        errors: Vec<ErrorItem> = "errors",
    }
}

body! {
    /// Project, payment and signature of the older layout (`general`).
    General {
        /// The merchant's project.
        project_id: Option<ProjectId> = "project_id",
        /// The merchant's identifier of the payment.
        payment_id: Option<PaymentId> = "payment_id",
        /// Signature of the answer. It is checked on the bytes, not here.
        signature: Option<String> = "signature",
    }
}

body! {
    /// The platform's record of a payment in the older layout (`transaction`).
    Transaction {
        /// The platform's number of it.
        id: Option<String> = "id",
        /// Its kind.
        kind: Option<String> = "type",
        /// Its date.
        date: Option<ReceivedDate> = "date",
    }
}

body! {
    /// A payment in the older layout (`payment` of a status answer by request id).
    RequestPayment {
        /// Identifier of the payment.
        id: Option<String> = "id",
        /// Number of the payment system.
        payment_system_id: Option<String> = "payment_system_id",
        /// Method paid with.
        method: Option<MethodCode> = "method",
        /// The provider's end point.
        endpoint_id: Option<EndpointId> = "endpoint_id",
        /// Status of the payment, where it is given.
        status: Option<PaymentStatus> = "status",
        /// Code of the result.
        result_code: Option<OperationCode> = "result_code",
        /// The text to the code.
        result_message: Option<String> = "result_message",
        /// Date of the payment.
        date: Option<ReceivedDate> = "date",
    }
}
