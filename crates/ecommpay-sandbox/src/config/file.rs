//! A sandbox's settings as one JSON document.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;

use super::{ClockKind, DataToken, Fault, Pace, ProjectConfig, SandboxConfig};
use crate::error::SandboxError;
use crate::platform::moment::Moment;

/// The members of the document; every one may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    port: u16,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    clock: ClockText,
    #[serde(default)]
    pace: PaceText,
    #[serde(default)]
    allowed_hosts: Vec<String>,
    #[serde(default)]
    projects: Vec<ProjectConfig>,
    #[serde(default)]
    data_tokens: Vec<DataToken>,
    #[serde(default)]
    faults: Vec<Fault>,
}

/// `"real"`, or `{"virtual": "2026-01-01T00:00:00Z"}`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockText {
    #[default]
    Real,
    Virtual(Moment),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PaceText {
    processing_millis: u64,
    result_millis: u64,
}

impl Default for PaceText {
    fn default() -> Self {
        let Pace { processing, result } = Pace::default();
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            processing_millis: millis(processing),
            result_millis: millis(result),
        }
    }
}

impl SandboxConfig {
    /// Reads settings from a JSON document: `port` on 127.0.0.1, `seed`, `clock` (`"real"` or
    /// `{"virtual": "2026-01-01T00:00:00Z"}`), `pace` (`processing_millis`, `result_millis`),
    /// `allowed_hosts`, `projects`, `data_tokens` and `faults` as the control API takes them. Each
    /// may be left out; the defaults are those of [`new`](Self::new).
    ///
    /// ```
    /// use ecommpay_sandbox::SandboxConfig;
    ///
    /// let text = br#"{"seed": 7, "projects": [{"id": 239, "secret": "project secret"}]}"#;
    /// SandboxConfig::from_json(text)?;
    /// let error = SandboxConfig::from_json(br#"{"projects": [{"id": 239}]}"#).unwrap_err();
    /// assert!(error.to_string().starts_with("projects[0]: missing field `secret`"));
    /// # Ok::<(), ecommpay_sandbox::SandboxError>(())
    /// ```
    ///
    /// # Errors
    /// [`SandboxError::Settings`] with the member and its rule.
    pub fn from_json(text: &[u8]) -> Result<Self, SandboxError> {
        let refuse = |field: String, rule: String| SandboxError::Settings { field, rule };
        let mut reader = serde_json::Deserializer::from_slice(text);
        let file: File = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| refuse(error.path().to_string(), error.inner().to_string()))?;
        reader
            .end()
            .map_err(|error| refuse(".".to_owned(), error.to_string()))?;
        for (place, project) in file.projects.iter().enumerate() {
            project
                .checked_key()
                .map_err(|error| refuse(format!("projects[{place}]"), error.to_string()))?;
        }
        for (place, token) in file.data_tokens.iter().enumerate() {
            token
                .check()
                .map_err(|error| refuse(format!("data_tokens[{place}]"), error.to_string()))?;
        }
        for (place, fault) in file.faults.iter().enumerate() {
            fault
                .check()
                .map_err(|error| refuse(format!("faults[{place}]"), error.to_string()))?;
        }
        Ok(Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, file.port)),
            clock: match file.clock {
                ClockText::Real => ClockKind::Real,
                ClockText::Virtual(start) => ClockKind::Virtual {
                    start: start.unix_seconds(),
                },
            },
            seed: file.seed,
            pace: Pace::new(
                Duration::from_millis(file.pace.processing_millis),
                Duration::from_millis(file.pace.result_millis),
            ),
            allowed_hosts: file.allowed_hosts,
            projects: file.projects,
            data_tokens: file.data_tokens,
            faults: file.faults,
            #[cfg(feature = "db")]
            database: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_is_taken() {
        let text = br#"{
            "port": 8421, "seed": 7, "clock": {"virtual": "2026-01-01T00:00:00Z"},
            "pace": {"result_millis": 0}, "allowed_hosts": ["shop.test"],
            "projects": [{"id": 239, "secret": "k"}], "faults": [{"kind": "drop", "first": 1}],
            "data_tokens": [{"token": "t", "key": "k"}]
        }"#;
        let config = SandboxConfig::from_json(text).unwrap();
        assert_eq!(config.bind.port(), 8421);
        assert!(config.bind.ip().is_loopback());
        assert_eq!(config.seed, 7);
        let start = 1_767_225_600;
        assert_eq!(config.clock, ClockKind::Virtual { start });
        assert_eq!(
            config.pace,
            Pace::new(Duration::from_millis(500), Duration::ZERO)
        );
        assert_eq!(config.allowed_hosts, ["shop.test"]);
        assert_eq!((config.projects.len(), config.faults.len()), (1, 1));
        assert_eq!(config.data_tokens[0].token, "t");
        assert!(SandboxConfig::from_json(b"{}").unwrap().projects.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, named) in [
            ("", "EOF"),
            ("{} {}", "trailing"),
            (r#"{"colour": 1}"#, "colour"),
            (r#"{"port": 70000}"#, "port"),
            (r#"{"clock": {"virtual": "soon"}}"#, "clock"),
            (r#"{"pace": {"speed": 1}}"#, "speed"),
            (r#"{"projects": [{"id": 1, "secret": ""}]}"#, "projects[0]"),
            (
                r#"{"projects": [{"id": 1, "secret": "k", "mode": "x"}]}"#,
                "projects[0].mode",
            ),
            (
                r#"{"projects": [{"id": 1, "secret": "k", "methods": {"alipay": {"handoff": "instruction"}}}]}"#,
                "methods.alipay.handoff",
            ),
            (
                r#"{"data_tokens": [{"token": "t", "key": ""}]}"#,
                "data_tokens[0]",
            ),
            (
                r#"{"faults": [{"kind": "drop"}, {"kind": "boom"}]}"#,
                "faults[1]",
            ),
        ] {
            let error = SandboxConfig::from_json(text.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(named), "{text}: {error}");
        }
    }
}
