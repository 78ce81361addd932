//! The extractor.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use ecommpay_receiver::{CallbackReader, ReceivedCallback};

use crate::{Refused, request_head};

/// A callback that was verified, for a handler of your own.
///
/// The application has to have a `web::Data<CallbackReader>`. It takes the body, so no other extractor
/// of the handler may. Whatever is wrong with the request is answered before the handler is called.
///
/// ```
/// use actix_web::{App, HttpResponse, web};
/// use ecommpay_actix::{CallbackReader, Projects, Verified};
/// use ecommpay_model::ProjectId;
/// use ecommpay_signature::{KeyRing, SecretKey};
///
/// async fn callback(Verified(received): Verified) -> HttpResponse {
///     // Store it first: what is answered 200 is never sent again.
///     match store(received.callback().bytes()).await {
///         Ok(()) => HttpResponse::Ok().finish(),
///         Err(_) => HttpResponse::ServiceUnavailable().finish(),
///     }
/// }
/// # async fn store(_: &[u8]) -> std::io::Result<()> { Ok(()) }
///
/// let keys = KeyRing::new(SecretKey::new("test-secret")?);
/// let projects = Projects::new(ProjectId::new(201)?, keys);
/// let reader = web::Data::new(CallbackReader::new(projects)); // outside, so that all workers share it
/// let app = move || App::new().app_data(reader.clone()).route("/callback", web::post().to(callback));
/// # let _ = app();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a handler takes it apart")]
pub struct Verified(pub ReceivedCallback);

impl FromRequest for Verified {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let reader = request
                .app_data::<web::Data<CallbackReader>>()
                .ok_or(Refused::NoReader)?;
            let head = request_head(&request);
            Ok(Self(reader.read(&head, payload).await?))
        })
    }
}
