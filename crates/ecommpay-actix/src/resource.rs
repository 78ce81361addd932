//! The resource that verifies, stores and answers.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use ecommpay_model::ProjectId;
use ecommpay_receiver::Receiver;

use crate::{request_head, response_of};

/// The resource for callbacks: `POST` is verified, stored and answered; other methods are 405.
///
/// ```
/// # use std::sync::Arc;
/// # use ecommpay_actix::{CallbackReader, Projects, Receiver};
/// # use ecommpay_inbox::doubles::MemoryInbox;
/// # use ecommpay_model::ProjectId;
/// # use ecommpay_signature::{KeyRing, SecretKey};
/// use actix_web::App;
/// use ecommpay_actix::{callback_resource, callback_resource_of};
///
/// # let keys = KeyRing::new(SecretKey::new("test-secret")?);
/// # let project = ProjectId::new(201)?;
/// # let reader = CallbackReader::new(Projects::new(project, keys));
/// # let receiver = Arc::new(Receiver::new(reader, Arc::new(MemoryInbox::new())));
/// let app = move || {
///     App::new()
///         .service(callback_resource_of(project, "/callback/201", Arc::clone(&receiver)))
///         .service(callback_resource("/callback", Arc::clone(&receiver)))
/// };
/// # let _ = app();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn callback_resource(path: &str, receiver: Arc<Receiver>) -> Resource {
    resource(path, None, receiver)
}

/// The resource for callbacks of one project, whatever the body says of itself.
pub fn callback_resource_of(
    project_id: ProjectId,
    path: &str,
    receiver: Arc<Receiver>,
) -> Resource {
    resource(path, Some(project_id), receiver)
}

fn resource(path: &str, project_id: Option<ProjectId>, receiver: Arc<Receiver>) -> Resource {
    let handler = move |request: HttpRequest, body: web::Payload| {
        receive(Arc::clone(&receiver), project_id, request, body)
    };
    web::resource(path.to_owned()).route(web::post().to(handler))
}

async fn receive(
    receiver: Arc<Receiver>,
    project_id: Option<ProjectId>,
    request: HttpRequest,
    body: web::Payload,
) -> HttpResponse {
    let head = request_head(&request);
    let head = match project_id {
        Some(project_id) => head.for_project(project_id),
        None => head,
    };
    response_of(&receiver.receive(&head, body).await)
}
