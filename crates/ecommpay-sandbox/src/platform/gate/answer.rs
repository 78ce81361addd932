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
}
