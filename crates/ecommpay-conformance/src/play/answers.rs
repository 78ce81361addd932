//! What a platform answers to a request that was signed as it stands, without our builders.

use ecommpay_signature::{SecretKey, exact};
use ecommpay_transport::{Request, Transport as _};
use serde_json::Value;
use tokio::sync::mpsc;

use super::PlayError;
use super::control::Control;
use super::environment::{Credentials, Environment, PlayProject};
use super::stage::Stage;
use crate::fixtures::{Flow, Outcome, PlatformAnswer, RequestKind, Rule, Sum, set_at};

/// How long the platform and a provider may think, in seconds.
const THINKING_TIME: u64 = 5;

/// Sends the document of a rule to a sandbox and tells what it did with it.
///
/// `refund` is any refund flow of the method: a refund needs a purchase, and that is how purchases
/// are made.
pub(crate) async fn platform_answer(
    environment: &Environment,
    rule: &Rule,
    path: &str,
    mut document: Value,
    refund: &Flow,
) -> Result<PlatformAnswer, PlayError> {
    let control = environment
        .control
        .as_ref()
        .ok_or_else(|| PlayError::new("there is no control API"))?;
    let (credentials, payment) = match (&rule.purchase, rule.request) {
        (Some(purchase), RequestKind::Refund) => {
            let (credentials, payment) = purchased(environment, refund, purchase).await?;
            replace(&mut document, "general.payment_id", payment.as_str())?;
            (credentials, payment)
        }
        _ => (
            own_project(environment, control).await?,
            payment_of(&document, rule.request),
        ),
    };
    let project_path = match rule.request {
        RequestKind::Opening => "project_id",
        _ => "general.project_id",
    };
    // A rule about the project itself keeps the project it sets.
    if !rule.changes(project_path) {
        replace(&mut document, project_path, credentials.project)?;
    }
    if rule.request == RequestKind::Opening {
        return opening_answer(environment, &credentials, &document).await;
    }
    sign(&mut document, &credentials)?;
    let request = Request::post(format!("{}{path}", environment.gate), document.to_string())
        .with_header("content-type", "application/json");
    let reply = environment.transport.send(request).await;
    let status = reply
        .map_err(|error| PlayError::of("the request", &error))?
        .status();
    if status != 200 {
        return Ok(PlatformAnswer::Refuses);
    }
    control
        .advance(THINKING_TIME)
        .await
        .map_err(PlayError::new)?;
    let view = control
        .payment(credentials.project, &payment)
        .await
        .map_err(PlayError::new)?;
    // A request that fails its checks starts no operation.
    let started = view
        .operations
        .last()
        .filter(|operation| (operation.kind == "sale") == (rule.request == RequestKind::Sale));
    Ok(match (view.status.as_deref(), started) {
        (Some("error") | None, _) | (_, None) => PlatformAnswer::Refuses,
        (_, Some(operation)) if operation.status == "decline" => PlatformAnswer::Declines,
        _ => PlatformAnswer::Accepts,
    })
}

/// A paid purchase of this sum.
async fn purchased(
    environment: &Environment,
    refund: &Flow,
    purchase: &Sum,
) -> Result<(Credentials, String), PlayError> {
    let flow = refund.with_payment(purchase.clone());
    // Nobody listens to the steps of a preparation.
    let (steps, _) = mpsc::unbounded_channel();
    let stage = Stage::set(&flow, environment, steps).await?;
    stage.buy_over_gate(Outcome::Success).await?;
    Ok((stage.credentials.clone(), stage.payment.clone()))
}

async fn own_project(
    environment: &Environment,
    control: &Control,
) -> Result<Credentials, PlayError> {
    match environment.project() {
        PlayProject::Known(credentials) => Ok(credentials),
        PlayProject::New(credentials) => {
            control
                .add_plain_project(&credentials)
                .await
                .map_err(PlayError::new)?;
            Ok(credentials)
        }
    }
}

fn payment_of(document: &Value, request: RequestKind) -> String {
    let pointer = if request == RequestKind::Opening {
        "/payment_id"
    } else {
        "/general/payment_id"
    };
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn replace(document: &mut Value, path: &str, value: impl Into<Value>) -> Result<(), PlayError> {
    let known = document
        .pointer(&format!("/{}", path.replace('.', "/")))
        .is_some();
    // What a rule took out stays out.
    if !known {
        return Ok(());
    }
    set_at(document, path, value.into())
        .ok_or_else(|| PlayError::new(format!("{path} can't be set")))
}

fn sign(document: &mut Value, credentials: &Credentials) -> Result<(), PlayError> {
    let signature = signature(document, credentials)?;
    set_at(document, "general.signature", signature.into())
        .ok_or_else(|| PlayError::new("there is no place for the signature"))
}

fn signature(document: &Value, credentials: &Credentials) -> Result<String, PlayError> {
    let key =
        SecretKey::new(&credentials.secret).map_err(|error| PlayError::of("the secret", &error))?;
    let signature = exact::sign(document.to_string().as_bytes(), &key)
        .map_err(|error| PlayError::of("the document can't be signed", &error))?;
    Ok(signature.to_base64())
}

async fn opening_answer(
    environment: &Environment,
    credentials: &Credentials,
    document: &Value,
) -> Result<PlatformAnswer, PlayError> {
    let key =
        SecretKey::new(&credentials.secret).map_err(|error| PlayError::of("the secret", &error))?;
    let url = ecommpay_payment_page::exact::url(&document.to_string(), &environment.page, &key)
        .map_err(|error| PlayError::of("the opening can't be signed", &error))?;
    let reply = environment.transport.send(Request::get(url)).await;
    let status = reply
        .map_err(|error| PlayError::of("the opening", &error))?
        .status();
    Ok(if status == 200 {
        PlatformAnswer::Accepts
    } else {
        PlatformAnswer::Refuses
    })
}
