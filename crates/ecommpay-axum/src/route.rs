//! The route that verifies, stores and answers.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, post};
use ecommpay_model::ProjectId;
use ecommpay_receiver::Receiver;

use crate::{request_head, response_of};

/// The route for callbacks: `POST` is verified, stored and answered; other methods are 405.
///
/// ```
/// # use std::sync::Arc;
/// # use ecommpay_axum::{CallbackReader, Projects, Receiver};
/// # use ecommpay_inbox::doubles::MemoryInbox;
/// # use ecommpay_model::ProjectId;
/// # use ecommpay_signature::{KeyRing, SecretKey};
/// use axum::Router;
/// use ecommpay_axum::{callback_route, callback_route_of};
///
/// # let keys = KeyRing::new(SecretKey::new("test-secret")?);
/// # let reader = CallbackReader::new(Projects::new(ProjectId::new(201)?, keys));
/// # let receiver = Arc::new(Receiver::new(reader, Arc::new(MemoryInbox::new())));
/// let routes: Router = Router::new()
///     .route("/callback/201", callback_route_of(ProjectId::new(201)?, Arc::clone(&receiver)))
///     .route("/callback", callback_route(receiver));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn callback_route<S>(receiver: Arc<Receiver>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    post(move |request: Request| receive(receiver, None, request))
}

/// The route for callbacks of one project, whatever the body says of itself.
pub fn callback_route_of<S>(project_id: ProjectId, receiver: Arc<Receiver>) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    post(move |request: Request| receive(receiver, Some(project_id), request))
}

async fn receive(
    receiver: Arc<Receiver>,
    project_id: Option<ProjectId>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let head = request_head(&parts);
    let head = match project_id {
        Some(project_id) => head.for_project(project_id),
        None => head,
    };
    let answer = receiver.receive(&head, body.into_data_stream()).await;
    response_of(&answer)
}
