//! Tokens of the Data API, as in a user's profile: added, shown without their keys, revoked.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::{Control, Problem, path};
use super::page::{self, Notice};

#[derive(Debug, Deserialize)]
struct TokenList {
    data_tokens: Vec<Token>,
}

/// A token; its key is never told.
#[derive(Debug, Deserialize)]
pub(super) struct Token {
    pub(super) token: String,
    pub(super) time_zone: String,
    projects: Option<Vec<u32>>,
}

impl Token {
    pub(super) fn sees(&self) -> String {
        match &self.projects {
            Some(projects) => {
                let ids = projects.iter().map(u32::to_string);
                ids.collect::<Vec<_>>().join(", ")
            }
            None => "all projects".to_owned(),
        }
    }
}

pub(super) async fn list(control: &Control) -> Result<Vec<Token>, Problem> {
    let TokenList { data_tokens } = control.get("/_sandbox/data-tokens").await?;
    Ok(data_tokens)
}

#[derive(Debug, Deserialize)]
pub(super) struct NewToken {
    token: String,
    key: String,
}

pub(super) async fn add(
    State(control): State<Control>,
    Form(NewToken { token, key }): Form<NewToken>,
) -> Result<Response, Problem> {
    let body = json!({"token": token.trim(), "key": key});
    control
        .post::<Value>("/_sandbox/data-tokens", &body)
        .await?;
    Ok(page::done("/dashboard/projects", Notice::TokenAdded).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    token: String,
}

pub(super) async fn revoke(
    State(control): State<Control>,
    Form(Which { token }): Form<Which>,
) -> Result<Response, Problem> {
    control
        .delete::<Value>(&path(&["data-tokens", &token]))
        .await?;
    Ok(page::done("/dashboard/projects", Notice::TokenRevoked).into_response())
}
