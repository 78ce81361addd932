//! Answers of Gate: acknowledgement, error body and status answers.

use serde::Serialize;

use super::super::fault::Code;

/// An HTTP answer with a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GateAnswer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

#[derive(Serialize)]
struct Acknowledgement<'a> {
    status: &'static str,
    request_id: &'a str,
    project_id: u32,
    payment_id: &'a str,
}

#[derive(Serialize)]
struct Refusal<'a> {
    status: &'static str,
    code: String,
    message: &'a str,
}

/// The other shape of a refusal, which the schema gives status queries.
#[derive(Serialize)]
struct Items<'a> {
    errors: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    code: u32,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    field: &'a str,
}

impl GateAnswer {
    fn new<T: Serialize>(status: u16, body: &T) -> Self {
        Self {
            status,
            body: serde_json::to_vec(body).unwrap_or_default(),
        }
    }

    /// 200 with a body that is written already.
    pub(crate) fn data(body: Vec<u8>) -> Self {
        Self { status: 200, body }
    }

    /// The request was received and is well formed.
    pub(crate) fn acknowledgement(request_id: &str, project_id: u32, payment_id: &str) -> Self {
        Self::new(
            200,
            &Acknowledgement {
                status: "success",
                request_id,
                project_id,
                payment_id,
            },
        )
    }

    /// The request was refused. What it is about follows the platform's message.
    pub(crate) fn refusal(status: u16, code: Code, about: &str) -> Self {
        let message = if about.is_empty() {
            code.message.to_owned()
        } else {
            format!("{}: {about}", code.message)
        };
        Self::new(
            status,
            &Refusal {
                status: "error",
                code: code.number.to_string(),
                message: &message,
            },
        )
    }

    /// 400 as a list of errors; `about` names the members that are missing.
    pub(crate) fn items(code: Code, about: &str) -> Self {
        let item = |field| Item {
            code: code.number,
            message: code.message,
            field,
        };
        let errors = match code {
            Code::FIELD_MISSING => about.split(", ").map(item).collect(),
            _ => vec![item(about)],
        };
        Self::new(400, &Items { errors })
    }

    /// The endpoint exists, and nobody outside knows its bodies.
    pub(crate) fn not_imitated(reason: &str) -> Self {
        let message = format!("the sandbox does not imitate this endpoint: {reason}");
        Self::new(
            501,
            &serde_json::json!({"status": "error", "message": message}),
        )
    }
}
