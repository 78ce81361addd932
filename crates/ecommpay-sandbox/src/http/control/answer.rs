//! What all topics share: how requests are read, and how a refusal is answered.

use axum::body::HttpBody as _;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoResponses, ToSchema};

use crate::error::SandboxError;
use crate::store::StoreError;

/// A body of JSON; what is wrong with it is told by [`Refusal`].
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Refusal))]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The named parts of the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refusal))]
pub(crate) struct Path<T>(pub(crate) T);

/// The members of the query; those without a value count as absent, as forms send them.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        let query = read_members(form_urlencoded::parse(query.as_bytes()))?;
        Ok(Self(query))
    }
}

/// Reads members of a query that have a value.
pub(super) fn read_members<T: DeserializeOwned>(
    members: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
) -> Result<T, Refusal> {
    let mut filled = form_urlencoded::Serializer::new(String::new());
    filled.extend_pairs(members.filter(|(_, value)| !value.as_ref().is_empty()));
    let uri: Uri = format!("/?{}", filled.finish())
        .parse()
        .map_err(|_| Refusal::bad("the query is too long"))?;
    let axum::extract::Query(query) = axum::extract::Query::try_from_uri(&uri)?;
    Ok(query)
}

/// A body of JSON, or none.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalJson<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let empty = request.body().size_hint().exact() == Some(0);
        if empty {
            return Ok(Self(T::default()));
        }
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// Done; there is nothing else to say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    /// `ok`
    status: &'static str,
}

impl Done {
    pub(crate) fn answer() -> Json<Self> {
        Json(Self { status: "ok" })
    }
}

/// Why a request was refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorAnswer {
    /// `error`
    status: &'static str,
    /// What is wrong: the member and its rule, or what is not there.
    message: String,
}

/// A request that is refused: HTTP status and the reason.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    /// 400: a member breaks a rule.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 404: what the path names is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let answer = ErrorAnswer {
            status: "error",
            message: self.message,
        };
        (self.status, axum::Json(answer)).into_response()
    }
}

impl IntoResponses for Refusal {
    fn responses() -> std::collections::BTreeMap<
        String,
        utoipa::openapi::RefOr<utoipa::openapi::response::Response>,
    > {
        Refusals::responses()
    }
}

/// How refusals stand in the OpenAPI document.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
enum Refusals {
    /// The request breaks a rule, or names what is not there.
    #[response(status = "4XX")]
    Refused(ErrorAnswer),
    /// The database file cannot be written any more.
    #[response(status = "5XX")]
    NotKept(ErrorAnswer),
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Refusal {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<SandboxError> for Refusal {
    fn from(error: SandboxError) -> Self {
        Self::bad(error.to_string())
    }
}
