//! Tokens of the Data API: made, shown and revoked, as in the user's profile in Dashboard.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Shared;
use super::answer::{Done, Json, Path, Refusal};
use crate::config::DataToken;
use crate::platform::data_api::{PutDataToken, RevokeDataToken, ShowDataTokens};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, put_token))
        .routes(routes!(revoke_token))
}

/// The tokens that are valid, without their keys.
#[derive(Debug, Serialize, ToSchema)]
struct TokenList {
    data_tokens: Vec<DataToken>,
}

/// Lists the tokens of the Data API.
#[utoipa::path(get, path = "/data-tokens", tag = "data api",
    responses((status = 200, body = TokenList), Refusal))]
async fn list_tokens(State(shared): State<Shared>) -> Result<Json<TokenList>, Refusal> {
    let data_tokens = shared.store.ask(ShowDataTokens).await?;
    Ok(Json(TokenList { data_tokens }))
}

/// Adds a token of the Data API, or gives an existing one a new key and new settings.
#[utoipa::path(post, path = "/data-tokens", tag = "data api", request_body = DataToken,
    responses((status = 200, body = Done), Refusal))]
async fn put_token(
    State(shared): State<Shared>,
    Json(token): Json<DataToken>,
) -> Result<Json<Done>, Refusal> {
    shared.store.apply(PutDataToken(token)).await??;
    Ok(Done::answer())
}

/// Revokes a token for good.
#[utoipa::path(delete, path = "/data-tokens/{token}", tag = "data api",
    params(("token" = String, Path, description = "The token")),
    responses((status = 200, body = Done), Refusal))]
async fn revoke_token(
    State(shared): State<Shared>,
    Path(token): Path<String>,
) -> Result<Json<Done>, Refusal> {
    if shared.store.apply(RevokeDataToken { token }).await? {
        Ok(Done::answer())
    } else {
        Err(Refusal::not_found("no such token"))
    }
}
