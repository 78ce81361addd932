//! A fault rule as JSON: one flat object that the control API and the journal share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fault::{AnswerFault, CallbackFault, Fault, FaultKind, FaultPlace, Often, When};
use crate::config::Method;

/// For how long a request that is never answered keeps its connection unless it says so, in
/// seconds.
const TIME_OUT_SECONDS: u64 = 120;

/// What a client sends: the kind, its parameters, what it meets and how often it is applied.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Fault)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultText {
    kind: KindName,
    /// `delay`, `reorder`, `slow_answer`, `time_out` (there 120 when absent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
    /// `duplicate`; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copies: Option<u32>,
    /// `http_500`; 500 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// `http_500`, `time_out`, `connection_reset`: before or after the request is carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<When>,
    /// Only messages of this project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<u32>,
    /// Only messages that name this payment id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment: Option<String>,
    /// Only messages about payments of this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<Method>,
    /// Only these messages of the fault's side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<FaultPlace>,
    /// Only the first so many times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    /// In so many of a hundred cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    percent: Option<u8>,
}

/// The name of what goes wrong.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = FaultKind)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Delay,
    Duplicate,
    Reorder,
    Drop,
    WrongSignature,
    UnknownStatus,
    #[serde(rename = "http_500")]
    Http500,
    SlowAnswer,
    TimeOut,
    ConnectionReset,
}

impl FaultText {
    fn of(kind: KindName) -> Self {
        Self {
            kind,
            seconds: None,
            copies: None,
            status: None,
            when: None,
            project: None,
            payment: None,
            method: None,
            at: None,
            first: None,
            percent: None,
        }
    }

    /// Takes the parameters that belong to the kind.
    fn take_kind(&mut self) -> Result<FaultKind, String> {
        let seconds = |given: Option<u64>| given.ok_or("seconds: is needed by this kind");
        let when = |given: Option<When>| {
            given.ok_or("when: is needed by this kind: before or after the request is carried out")
        };
        Ok(match self.kind {
            KindName::Delay => FaultKind::Callback(CallbackFault::Delay {
                seconds: seconds(self.seconds.take())?,
            }),
            KindName::Duplicate => FaultKind::Callback(CallbackFault::Duplicate {
                copies: self.copies.take().unwrap_or(1),
            }),
            KindName::Reorder => FaultKind::Callback(CallbackFault::Reorder {
                seconds: seconds(self.seconds.take())?,
            }),
            KindName::Drop => FaultKind::Callback(CallbackFault::Drop),
            KindName::WrongSignature => FaultKind::Callback(CallbackFault::WrongSignature),
            KindName::UnknownStatus => FaultKind::Callback(CallbackFault::UnknownStatus),
            KindName::Http500 => FaultKind::Answer(AnswerFault::Http500 {
                status: self.status.take().unwrap_or(500),
                when: when(self.when.take())?,
            }),
            KindName::SlowAnswer => FaultKind::Answer(AnswerFault::SlowAnswer {
                seconds: seconds(self.seconds.take())?,
            }),
            KindName::TimeOut => FaultKind::Answer(AnswerFault::TimeOut {
                seconds: self.seconds.take().unwrap_or(TIME_OUT_SECONDS),
                when: when(self.when.take())?,
            }),
            KindName::ConnectionReset => FaultKind::Answer(AnswerFault::ConnectionReset {
                when: when(self.when.take())?,
            }),
        })
    }

    /// The parameter that was given to a kind which takes none like it.
    fn left_over(&self) -> Option<&'static str> {
        let given = [
            ("seconds", self.seconds.is_some()),
            ("copies", self.copies.is_some()),
            ("status", self.status.is_some()),
            ("when", self.when.is_some()),
        ];
        given
            .into_iter()
            .find(|(_, given)| *given)
            .map(|(name, _)| name)
    }
}

impl TryFrom<FaultText> for Fault {
    type Error = String;

    fn try_from(mut text: FaultText) -> Result<Self, String> {
        let kind = text.take_kind()?;
        if let Some(name) = text.left_over() {
            return Err(format!("{name}: is not taken by this kind"));
        }
        let often = match (text.first, text.percent) {
            (None, None) => Often::EveryTime,
            (Some(times), None) => Often::First(times),
            (None, Some(percent)) => Often::Percent(percent),
            (Some(_), Some(_)) => return Err("first, percent: only one of them".to_owned()),
        };
        Ok(Self {
            project: text.project,
            payment: text.payment,
            method: text.method,
            place: text.at,
            often,
            ..Self::new(kind)
        })
    }
}

impl From<Fault> for FaultText {
    fn from(fault: Fault) -> Self {
        let mut text = match fault.kind {
            FaultKind::Callback(callback) => callback.into(),
            FaultKind::Answer(answer) => Self::from(answer),
        };
        match fault.often {
            Often::EveryTime => {}
            Often::First(times) => text.first = Some(times),
            Often::Percent(percent) => text.percent = Some(percent),
        }
        Self {
            project: fault.project,
            payment: fault.payment,
            method: fault.method,
            at: fault.place,
            ..text
        }
    }
}

impl From<CallbackFault> for FaultText {
    fn from(fault: CallbackFault) -> Self {
        let of = Self::of;
        match fault {
            CallbackFault::Delay { seconds } => Self {
                seconds: Some(seconds),
                ..of(KindName::Delay)
            },
            CallbackFault::Duplicate { copies } => Self {
                copies: Some(copies),
                ..of(KindName::Duplicate)
            },
            CallbackFault::Reorder { seconds } => Self {
                seconds: Some(seconds),
                ..of(KindName::Reorder)
            },
            CallbackFault::Drop => of(KindName::Drop),
            CallbackFault::WrongSignature => of(KindName::WrongSignature),
            CallbackFault::UnknownStatus => of(KindName::UnknownStatus),
        }
    }
}

impl From<AnswerFault> for FaultText {
    fn from(fault: AnswerFault) -> Self {
        match fault {
            AnswerFault::Http500 { status, when } => Self {
                status: Some(status),
                when: Some(when),
                ..Self::of(KindName::Http500)
            },
            AnswerFault::SlowAnswer { seconds } => Self {
                seconds: Some(seconds),
                ..Self::of(KindName::SlowAnswer)
            },
            AnswerFault::TimeOut { seconds, when } => Self {
                seconds: Some(seconds),
                when: Some(when),
                ..Self::of(KindName::TimeOut)
            },
            AnswerFault::ConnectionReset { when } => Self {
                when: Some(when),
                ..Self::of(KindName::ConnectionReset)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_comes_back_from_json_as_it_was() {
        let kinds = [
            Fault::delay(5),
            Fault::duplicate(2),
            Fault::reorder(60),
            Fault::drop_attempts(),
            Fault::wrong_signature(),
            Fault::unknown_status(),
            Fault::http_500(503, When::Before),
            Fault::slow_answer(2),
            Fault::time_out(30, When::After),
            Fault::connection_reset(When::After),
        ];
        for kind in kinds {
            for fault in [
                kind.clone(),
                kind.clone().project(7).payment("a B").first(3),
                kind.method(Method::AlfaClick)
                    .at(FaultPlace::Clarification)
                    .percent(25),
            ] {
                let text = serde_json::to_string(&fault).unwrap();
                let back: Fault = serde_json::from_str(&text).unwrap();
                assert_eq!(back, fault, "{text}");
            }
        }
    }

    #[test]
    fn what_may_be_left_out_has_a_value() {
        let read = |text| serde_json::from_value::<Fault>(text).unwrap();
        assert_eq!(read(json!({"kind": "duplicate"})), Fault::duplicate(1));
        assert_eq!(
            read(json!({"kind": "http_500", "when": "after"})),
            Fault::http_500(500, When::After)
        );
        assert_eq!(
            read(json!({"kind": "time_out", "when": "before"})),
            Fault::time_out(120, When::Before)
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            (json!({"kind": "delay"}), "seconds"),
            (json!({"kind": "connection_reset"}), "when"),
            (json!({"kind": "drop", "seconds": 5}), "seconds"),
            (json!({"kind": "wrong_signature", "when": "after"}), "when"),
            (json!({"kind": "drop", "first": 1, "percent": 5}), "percent"),
            (json!({"kind": "drop", "porject": 7}), "porject"),
            (json!({"kind": "explode"}), "explode"),
        ];
        for (text, name) in cases {
            let error = serde_json::from_value::<Fault>(text).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
