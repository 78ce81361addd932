//! `/emulator/…`: the provider's pages as the customer's browser meets them.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::Shared;
use super::failure::PageFailure;
use super::payment_page::pairs;
use crate::pages;
use crate::platform::emulator::{
    AfterChoice, Arrive, Choice, Choose, EmulatorView, Invoices, PressPay, QrText, Return, SignIn,
};
use crate::platform::page::rules::is_address;
use crate::qr;

pub(super) async fn arrive_by_get(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let members = pairs(query.unwrap_or_default().as_bytes());
    let arrival = Arrive {
        token,
        by_post: false,
        members,
    };
    let view = shared.store.apply(arrival).await?;
    Ok(page(&shared, view))
}

/// A form of the emulator's own page, or the browser arriving by POST.
pub(super) async fn post(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response, PageFailure> {
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
            Some(AfterChoice::Page(view)) => page(&shared, Some(view)),
            Some(AfterChoice::Return(path)) => Redirect::to(&path).into_response(),
            None => unknown(),
        });
    }
    match member("step").map(|(_, step)| step.as_str()) {
        Some("pay") => {
            let view = shared.store.apply(PressPay { token }).await?;
            return Ok(page(&shared, view));
        }
        Some("sign_in") => {
            let login = member("login").map_or_else(String::new, |(_, login)| login.clone());
            let view = shared.store.apply(SignIn { token, login }).await?;
            return Ok(page(&shared, view));
        }
        _ => {}
    }
    let arrival = Arrive {
        token,
        by_post: true,
        members,
    };
    let view = shared.store.apply(arrival).await?;
    Ok(page(&shared, view))
}

/// Sends the customer back to the shop or to Payment Page.
pub(super) async fn go_back(
    State(shared): State<Shared>,
    Path(token): Path<String>,
) -> Result<Response, PageFailure> {
    Ok(match shared.store.apply(Return { token }).await? {
        Some(Some(url)) if is_address(&url) => Redirect::to(&url).into_response(),
        Some(Some(_)) => pages::notice(
            StatusCode::OK,
            "The return address cannot be opened",
            &["return_url must be a full URL that runs no script.".to_owned()],
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
) -> Result<Response, PageFailure> {
    Ok(match shared.store.ask(QrText { token }).await? {
        Some(text) => ([(header::CONTENT_TYPE, "image/png")], qr::png(&text)).into_response(),
        None => unknown(),
    })
}

/// The bank's own first page.
pub(super) async fn bank() -> Response {
    pages::bank(String::new(), None)
}

/// The invoices of the login that was entered.
pub(super) async fn invoices(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Response, PageFailure> {
    let entered = pairs(&body).into_iter().find(|(name, _)| name == "login");
    let login = entered.map_or_else(String::new, |(_, login)| login.trim().to_owned());
    let question = Invoices {
        login: login.clone(),
    };
    let invoices = shared.store.ask(question).await?;
    Ok(pages::bank(login, Some(invoices)))
}

fn page(shared: &Shared, view: Option<EmulatorView>) -> Response {
    view.map_or_else(unknown, |view| {
        pages::emulator(view, shared.store.clock_runs())
    })
}

fn unknown() -> Response {
    pages::notice(
        StatusCode::NOT_FOUND,
        "No such payment",
        &["No payment of this sandbox has this address.".to_owned()],
    )
}
