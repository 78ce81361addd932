//! `/_sandbox/widget`: the demonstration page of the widget.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::Shared;
use super::failure::PageFailure;
use super::payment_page::pairs;
use crate::config::{Language, Method};
use crate::pages::{self, WidgetChoice};
use crate::platform::page::demonstration::Demonstrate;

/// Reads the choice from the query; what is absent or unknown is as on the first visit.
pub(super) async fn demonstration(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let chosen = pairs(query.unwrap_or_default().as_bytes());
    let member = |name: &str| {
        let found = chosen.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let choice = WidgetChoice {
        method: Method::from_code(member("method")).unwrap_or(Method::WalletPartner),
        language: match member("language") {
            "ru" => Language::Russian,
            "zh" => Language::Chinese,
            _ => Language::English,
        },
        mode: match member("mode") {
            "iframe" => "iframe",
            "redirect" => "redirect",
            _ => "popup",
        },
        by_post: member("by") == "POST",
    };
    let display = match choice.mode {
        "iframe" => ("target_element", "frame".to_owned()),
        "redirect" => ("redirect", "1".to_owned()),
        _ => ("close_on_missclick", "1".to_owned()),
    };
    let question = Demonstrate {
        project: member("project").parse().ok(),
        method: choice.method,
        language: choice.language,
        display: vec![display],
    };
    let demonstration = shared.store.ask(question).await?;
    Ok(pages::widget(demonstration, choice))
}
