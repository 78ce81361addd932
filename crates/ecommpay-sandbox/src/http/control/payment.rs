//! One payment: what it is, what happened to it, its callbacks once more, its refunds.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Done, Json, OptionalJson, Path, Refusal};
use crate::platform::dashboard_refund::{NotBegun, RefundInDashboard};
use crate::platform::deliveries::{Resend, ShowCallbacks, SignedCallback};
use crate::platform::exchange::{RequestView, ShowRequests};
use crate::platform::payment::PaymentKey;
use crate::platform::view::{PaymentView, ShowPayment};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(payment))
        .routes(routes!(requests_of_payment))
        .routes(routes!(callbacks_of_payment))
        .routes(routes!(resend_callback))
        .routes(routes!(refund_payment))
}

/// One payment: purchase, status, operations, callbacks with every attempt, timeline. An id that
/// was seen but became no payment has a timeline only.
#[utoipa::path(get, path = "/projects/{project}/payments/{payment}", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    responses((status = 200, body = PaymentView), Refusal))]
async fn payment(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Json<PaymentView>, Refusal> {
    let question = ShowPayment {
        project,
        payment_id,
    };
    let payment = shared.store.ask(question).await?;
    payment.map(Json).ok_or_else(never_seen)
}

fn never_seen() -> Refusal {
    Refusal::not_found("this payment id was never seen in the project")
}

/// Requests about a payment.
#[derive(Debug, Serialize, ToSchema)]
struct Requests {
    requests: Vec<RequestView>,
}

/// The requests to Gate about a payment as they were received, with their answers and the strings
/// that were signed, oldest first. Status queries are not kept.
#[utoipa::path(get, path = "/projects/{project}/payments/{payment}/requests", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    responses((status = 200, body = Requests), Refusal))]
async fn requests_of_payment(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Json<Requests>, Refusal> {
    let payment = PaymentKey::new(project, &payment_id);
    let requests = shared.store.ask(ShowRequests { payment }).await?;
    let requests = requests.ok_or_else(never_seen)?;
    Ok(Json(Requests { requests }))
}

/// Callbacks of a payment.
#[derive(Debug, Serialize, ToSchema)]
struct Callbacks {
    callbacks: Vec<SignedCallback>,
}

/// The callbacks of a payment with every attempt, what the merchant answered, and the string that
/// was signed, oldest first.
#[utoipa::path(get, path = "/projects/{project}/payments/{payment}/callbacks", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    responses((status = 200, body = Callbacks), Refusal))]
async fn callbacks_of_payment(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
) -> Result<Json<Callbacks>, Refusal> {
    let payment = PaymentKey::new(project, &payment_id);
    let callbacks = shared.store.ask(ShowCallbacks { payment }).await?;
    Ok(Json(Callbacks { callbacks }))
}

/// Which callback is to be sent again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResendCallback {
    /// Its `id`; the newest callback of the payment when absent.
    callback: Option<u64>,
}

/// Sends a callback of a payment once more. The body may be left out.
#[utoipa::path(post, path = "/projects/{project}/payments/{payment}/resend", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    request_body = Option<ResendCallback>, responses((status = 200, body = Done), Refusal))]
async fn resend_callback(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
    OptionalJson(ResendCallback { callback }): OptionalJson<ResendCallback>,
) -> Result<Json<Done>, Refusal> {
    let payment = PaymentKey::new(project, &payment_id);
    if shared.store.apply(Resend { payment, callback }).await? {
        Ok(Done::answer())
    } else {
        Err(Refusal::not_found("the payment has no such callback"))
    }
}

/// What is to be refunded.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundPayment {
    /// Minor units in the currency of the payment; all that is left when absent.
    #[schema(minimum = 1)]
    amount: Option<i64>,
    /// `payment.merchant_refund_id` of the callbacks.
    merchant_refund_id: Option<String>,
    /// What the refund is for.
    #[serde(default)]
    description: String,
}

/// A refund that has begun.
#[derive(Debug, Serialize, ToSchema)]
struct RefundAnswer {
    /// `ok`
    status: &'static str,
    /// `operation.id`
    operation: u64,
    request_id: String,
}

/// Refunds a payment, as somebody would in the Dashboard. The rules are those of Gate: whether the
/// refund succeeds, its operation tells. The body may be left out.
#[utoipa::path(post, path = "/projects/{project}/payments/{payment}/refunds", tag = "payments",
    params(("project" = u32, Path, description = "Project id"),
        ("payment" = String, Path, description = "`payment.id`, without regard to case")),
    request_body = Option<RefundPayment>, responses((status = 200, body = RefundAnswer), Refusal))]
async fn refund_payment(
    State(shared): State<Shared>,
    Path((project, payment_id)): Path<(u32, String)>,
    OptionalJson(wish): OptionalJson<RefundPayment>,
) -> Result<Json<RefundAnswer>, Refusal> {
    if wish.amount.is_some_and(|amount| amount < 1) {
        return Err(Refusal::bad("amount: must be at least 1 minor unit"));
    }
    let refund = RefundInDashboard {
        project,
        payment_id,
        amount: wish.amount,
        merchant_refund_id: wish.merchant_refund_id,
        description: wish.description,
    };
    match shared.store.apply(refund).await? {
        Ok(begun) => Ok(Json(RefundAnswer {
            status: "ok",
            operation: begun.operation,
            request_id: begun.request_id,
        })),
        Err(NotBegun::UnknownPayment) => Err(Refusal::not_found("the project has no such payment")),
        Err(NotBegun::Refused(code, member)) => {
            let (number, message) = (code.number, code.message);
            Err(Refusal::bad(format!("{member}: {number} {message}")))
        }
    }
}
