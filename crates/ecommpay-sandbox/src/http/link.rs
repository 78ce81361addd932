//! `/link/{token}`: the address of a payment link, which leads to Payment Page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::Shared;
use super::failure::PageFailure;
use crate::pages;
use crate::platform::link::{OpenLink, OpenedLink};

pub(super) async fn open(
    State(shared): State<Shared>,
    Path(token): Path<String>,
) -> Result<Response, PageFailure> {
    Ok(match shared.store.apply(OpenLink { token }).await? {
        Some(OpenedLink::Session(session)) => {
            Redirect::to(&format!("/payment/{session}")).into_response()
        }
        Some(OpenedLink::Over(status)) => pages::notice(
            StatusCode::GONE,
            "This payment link cannot be used any more",
            &[format!("Its status is {status}.")],
        ),
        None => pages::notice(
            StatusCode::NOT_FOUND,
            "No such payment link",
            &["No payment link of this sandbox has this address.".to_owned()],
        ),
    })
}
