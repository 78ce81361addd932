//! `/emulator/…`: the provider's pages as the customer's browser meets them.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::Shared;
use super::payment_page::pairs;
use crate::pages;
use crate::platform::emulator::{AfterChoice, Arrive, Choice, Choose, PressPay, QrText, Return};
use crate::qr;
use crate::store::StoreError;

pub(super) async fn arrive_by_get(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, StoreError> {
    let members = pairs(query.unwrap_or_default().as_bytes());
    let arrival = Arrive {
        token,
        by_post: false,
        members,
    };
    let view = shared.store.apply(arrival).await?;
    Ok(view.map_or_else(unknown, pages::emulator))
}

/// A form of the emulator's own page, or the browser arriving by POST.
pub(super) async fn post(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, StoreError> {
    let members = pairs(&body);
    let member = |name: &str| members.iter().find(|(known, _)| known == name);
    if let Some((_, result)) = member("result") {
        let Some(choice) = Choice::from_name(result) else {
            let text = "result must be success or decline";
            return Ok(pages::notice(
                StatusCode::BAD_REQUEST,
                "Unknown button",
                &[text.to_owned()],
            ));
        };
        let last_name = member("last_name")
            .map(|(_, name)| name.clone())
            .unwrap_or_default();
        let choice = Choose {
            token,
            choice,
            last_name,
        };
        return Ok(match shared.store.apply(choice).await? {
            Some(AfterChoice::Page(view)) => pages::emulator(view),
            Some(AfterChoice::Return(path)) => Redirect::to(&path).into_response(),
            None => unknown(),
        });
    }
    if member("step").is_some_and(|(_, step)| step == "pay") {
        let view = shared.store.apply(PressPay { token }).await?;
        return Ok(view.map_or_else(unknown, pages::emulator));
    }
    let arrival = Arrive {
        token,
        by_post: true,
        members,
    };
    let view = shared.store.apply(arrival).await?;
    Ok(view.map_or_else(unknown, pages::emulator))
}

/// Sends the customer back to the shop or to Payment Page.
pub(super) async fn go_back(
    State(shared): State<Shared>,
    Path(token): Path<String>,
) -> Result<Response, StoreError> {
    Ok(match shared.store.apply(Return { token }).await? {
        Some(Some(url)) if pages::is_web_address(&url) => Redirect::to(&url).into_response(),
        Some(Some(_)) => pages::notice(
            StatusCode::OK,
            "The return address is not a web address",
            &["return_url must begin with http:// or https://".to_owned()],
        ),
        Some(None) => pages::notice(
            StatusCode::OK,
            "Back to the shop",
            &["The shop named no return address. You can close this page.".to_owned()],
        ),
        None => unknown(),
    })
}

pub(super) async fn qr_code(
    State(shared): State<Shared>,
    Path(token): Path<String>,
) -> Result<Response, StoreError> {
    Ok(match shared.store.ask(QrText { token }).await? {
        Some(text) => ([(header::CONTENT_TYPE, "image/png")], qr::png(&text)).into_response(),
        None => unknown(),
    })
}

fn unknown() -> Response {
    pages::notice(
        StatusCode::NOT_FOUND,
        "No such payment",
        &["No payment of this sandbox has this address.".to_owned()],
    )
}
