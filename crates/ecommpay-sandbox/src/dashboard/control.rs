//! The dashboard's only way to the sandbox: the control API, asked in process.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

/// The control API as a service that takes HTTP requests and gives answers.
#[derive(Debug, Clone)]
pub(super) struct Control {
    router: Router,
}

/// A request that the control API did not answer with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// The control API's own words: which member, which rule.
    pub(super) message: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// Whether the request itself was at fault, so that a form can be shown again.
    pub(super) fn is_refusal(&self) -> bool {
        self.status.is_client_error()
    }
}

impl Control {
    pub(super) fn new(router: Router) -> Self {
        Self { router }
    }

    /// Asks for `path`, which begins with `/_sandbox`.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        read(self.ask(Method::GET, path, None).await?).await
    }

    /// Asks for a file, which is handed on as it comes.
    pub(super) async fn file(&self, path: &str) -> Result<Response, Problem> {
        let response = self.ask(Method::GET, path, None).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(read::<serde_json::Value>(response)
            .await
            .err()
            .unwrap_or_else(|| {
                Problem::new(StatusCode::BAD_GATEWAY, "the control API gave no file")
            }))
    }

    /// Sends `body` as JSON.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Problem> {
        read(self.ask(Method::POST, path, Some(as_json(body)?)).await?).await
    }

    /// Changes what `path` names by what `body` names.
    pub(super) async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Problem> {
        read(self.ask(Method::PATCH, path, Some(as_json(body)?)).await?).await
    }

    /// Takes away what `path` names.
    pub(super) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        read(self.ask(Method::DELETE, path, None).await?).await
    }

    /// Sends a file of this kind.
    pub(super) async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &str,
        file: Vec<u8>,
    ) -> Result<T, Problem> {
        read(
            self.send(Method::POST, path, kind, Body::from(file))
                .await?,
        )
        .await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Response, Problem> {
        let body = body.map_or_else(Body::empty, Body::from);
        self.send(method, path, "application/json", body).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: Body,
    ) -> Result<Response, Problem> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, kind)
            .body(body)
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "this address is not valid"))?;
        match self.router.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }
}

fn as_json(body: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(body)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Problem> {
    let status = response.status();
    let unreadable = |reason: String| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, reason);
    let body = response.into_body().collect().await;
    let body = body
        .map_err(|error| unreadable(error.to_string()))?
        .to_bytes();
    if !status.is_success() {
        return Err(Problem::new(status, refusal_text(status, &body)));
    }
    serde_json::from_slice(&body)
        .map_err(|error| unreadable(format!("the control API's answer: {error}")))
}

/// `message` of a refusal, or its status where there is none.
fn refusal_text(status: StatusCode, body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Refused {
        message: String,
    }
    serde_json::from_slice::<Refused>(body)
        .map_or_else(|_| status.to_string(), |refused| refused.message)
}

/// What a segment encodes: all but letters, digits and what the control API's own segments have.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// A path of the control API with one variable segment after another, each encoded.
pub(super) fn path(parts: &[&str]) -> String {
    let mut path = String::from("/_sandbox");
    for part in parts {
        path.push('/');
        path.extend(utf8_percent_encode(part, IN_SEGMENT));
    }
    path
}

/// `path?name=value&…` with the members that have a value.
pub(super) fn with_query(path: &str, members: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(members.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_keep_their_borders() {
        assert_eq!(
            path(&["projects", "239", "payments", "a/b?c ..%"]),
            "/_sandbox/projects/239/payments/a%2Fb%3Fc%20%2E%2E%25"
        );
    }

    #[test]
    fn members_without_a_value_are_left_out() {
        assert_eq!(
            with_query("/x", &[("status", ""), ("text", "a&b=c")]),
            "/x?text=a%26b%3Dc"
        );
        assert_eq!(with_query("/x", &[("status", "")]), "/x");
    }

    #[tokio::test]
    async fn a_refusal_keeps_the_words_of_the_control_api() {
        let router = Router::new().route(
            "/_sandbox/x",
            axum::routing::get(|| async {
                let body = serde_json::json!({"status": "error", "message": "x: must be y"});
                (StatusCode::BAD_REQUEST, axum::Json(body))
            }),
        );
        let control = Control::new(router);
        let problem = control
            .get::<serde_json::Value>("/_sandbox/x")
            .await
            .unwrap_err();
        assert_eq!(
            problem,
            Problem::new(StatusCode::BAD_REQUEST, "x: must be y")
        );
        let nowhere = control.get::<serde_json::Value>("/_sandbox/nowhere").await;
        assert_eq!(nowhere.unwrap_err().status, StatusCode::NOT_FOUND);
    }
}
