//! The provider's emulators as HTML: wallet, bank, partner.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{countdown, respond};
use crate::config::Method;
use crate::platform::emulator::{Choice, EmulatorView, Invoice, LastName, LoginAsked, Scene};

#[derive(Template)]
#[template(path = "emulator.html")]
struct EmulatorTemplate {
    lang: &'static str,
    brand: Brand,
    /// Whether time goes by itself.
    runs: bool,
    view: EmulatorView,
}

#[derive(Template)]
#[template(path = "bank.html")]
struct BankTemplate {
    lang: &'static str,
    brand: Brand,
    login: String,
    /// Absent before somebody has signed in.
    invoices: Option<Vec<Invoice>>,
}

/// How a provider is named and coloured; none of it is taken from a real one.
#[derive(Debug, Clone, Copy)]
struct Brand {
    name: &'static str,
    kind: &'static str,
    /// Class of the page.
    class: &'static str,
}

impl Brand {
    fn of(method: Method) -> Self {
        match method {
            Method::Alipay => Self {
                name: "Alipay",
                kind: "wallet emulator",
                class: "wallet",
            },
            Method::AlfaClick => Self {
                name: "Alfa-Click",
                kind: "bank emulator",
                class: "bank",
            },
            Method::WalletPartner => Self {
                name: "Wallet partner",
                kind: "emulator",
                class: "partner",
            },
        }
    }
}

impl EmulatorTemplate {
    /// Whether this button is the one that the amount decides.
    fn decides(&self, choice: &Choice) -> bool {
        self.view.decided.as_ref() == Some(choice)
    }

    /// The most prominent button: the deciding one, else Success.
    fn is_main(&self, choice: &Choice) -> bool {
        self.view.decided.as_ref().unwrap_or(&Choice::Success) == choice
    }
}

/// A page of a provider's emulator; `runs` tells whether the sandbox's clock goes by itself.
pub(crate) fn emulator(view: EmulatorView, runs: bool) -> Response {
    let status = match view.scene {
        Scene::Broken(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    respond(
        status,
        &EmulatorTemplate {
            lang: "en",
            brand: Brand::of(view.method),
            runs,
            view,
        },
    )
}

/// The bank: a form to sign in with, or the invoices of a login.
pub(crate) fn bank(login: String, invoices: Option<Vec<Invoice>>) -> Response {
    respond(
        StatusCode::OK,
        &BankTemplate {
            lang: "en",
            brand: Brand::of(Method::AlfaClick),
            login,
            invoices,
        },
    )
}
