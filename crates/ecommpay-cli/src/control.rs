//! The control API of a sandbox as the commands use it: JSON over HTTP, one request at a time.

use std::time::Duration;

use clap::Args;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::outcome::Failure;

/// How long a sandbox may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Which sandbox is meant.
#[derive(Debug, Args)]
pub(crate) struct SandboxAddress {
    /// Base URL of the sandbox
    #[arg(
        long = "sandbox",
        value_name = "URL",
        env = "ECOMMPAY_SANDBOX_URL",
        global = true,
        default_value = "http://127.0.0.1:8420"
    )]
    url: String,
}

impl SandboxAddress {
    pub(crate) fn control(&self) -> Control {
        Control {
            base: format!("{}/_sandbox", self.url.trim_end_matches('/')),
            agent: plain_agent(),
        }
    }
}

/// Which project of the sandbox is meant.
#[derive(Debug, Args)]
pub(crate) struct Project {
    /// Identifier of the project; may be left out when the sandbox has one only
    #[arg(long, value_name = "ID")]
    project: Option<u32>,
}

impl Project {
    /// The id that was named, or that of the only project.
    pub(crate) fn id(&self, control: &Control) -> Result<u32, Failure> {
        #[derive(Deserialize)]
        struct Projects {
            projects: Vec<Listed>,
        }
        #[derive(Deserialize)]
        struct Listed {
            id: u32,
        }
        if let Some(id) = self.project {
            return Ok(id);
        }
        let Projects { projects } = control.get("/projects")?;
        match projects[..] {
            [Listed { id }] => Ok(id),
            [] => Err(Failure::new("the sandbox has no project")),
            _ => {
                let ids: Vec<String> = projects.iter().map(|it| it.id.to_string()).collect();
                let ids = ids.join(", ");
                Err(Failure::new(format!(
                    "the sandbox has several projects ({ids}); name one with --project"
                )))
            }
        }
    }

    /// The id that was named, if one was.
    pub(crate) fn named(&self) -> Option<u32> {
        self.project
    }
}

/// An HTTP client that does what it is told: no proxy from the environment, no redirects, and
/// every status is an answer.
pub(crate) fn plain_agent() -> Agent {
    Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_connect(Some(CONNECT))
        .build()
        .new_agent()
}

/// A sandbox that can be asked and told.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    base: String,
    agent: Agent,
}

impl Control {
    /// Asks for `path`, which begins behind `/_sandbox`.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.answer(self.agent.get(self.url(path)).call())
    }

    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let request = self.agent.post(self.url(path));
        let request = request.header("content-type", "application/json");
        self.answer(request.send(json(body)?))
    }

    pub(crate) fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let request = self.agent.patch(self.url(path));
        let request = request.header("content-type", "application/json");
        self.answer(request.send(json(body)?))
    }

    pub(crate) fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.answer(self.agent.delete(self.url(path)).call())
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn answer<T: DeserializeOwned>(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<T, Failure> {
        let base = &self.base;
        let mut answer = answer.map_err(|error| {
            let what = format!("no sandbox answers at {base}; `ecommpay sandbox` starts one");
            Failure::caused(&what, &error)
        })?;
        let text = answer.body_mut().read_to_string();
        let text = text.map_err(|error| Failure::caused(base, &error))?;
        if answer.status().is_success() {
            return serde_json::from_str(&text).map_err(|error| Failure::caused(base, &error));
        }
        let refused: Option<Value> = serde_json::from_str(&text).ok();
        match refused.as_ref().and_then(|body| body["message"].as_str()) {
            Some(message) => Err(Failure::refused(message)),
            None => Err(Failure::new(format!(
                "{base} answers {}; is it a sandbox?",
                answer.status()
            ))),
        }
    }
}

fn json(body: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(body).map_err(|error| Failure::caused("the request", &error))
}

/// One segment of a path.
pub(crate) fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// `?name=value&…` of the members that have a value.
pub(crate) fn query(members: &[(&str, Option<String>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::from("?"));
    for (name, value) in members {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}
