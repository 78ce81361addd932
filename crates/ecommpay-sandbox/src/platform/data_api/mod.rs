//! The Data API: read-only reports for the holders of tokens, signed with the token's own key.
//!
//! A request is answered in its HTTP response; there are no callbacks. Refusals are not signed.

mod access;
mod answer;
mod balance;
mod by_payment;
mod fraud;
mod members;
mod operations;
mod report;
mod row;
pub(crate) mod zone;

use serde::{Deserialize, Serialize};

pub(crate) use self::access::{
    DataTokens, KnowsDataToken, PutDataToken, RevokeDataToken, ShowDataTokens,
};
pub(crate) use self::answer::DataAnswer;
pub(crate) use self::fraud::{FraudNotice, FraudReport, ReportFraud};
use self::members::Members;
use super::entry::Entry;
use super::moment::Moment;
use super::{Command, Platform, bytes_as_text};

/// A request to the Data API as it came: path and body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DataRequest {
    pub(crate) path: String,
    #[serde(with = "bytes_as_text")]
    pub(crate) body: Vec<u8>,
}

/// What an endpoint reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Report {
    Operations,
    ByPayment,
    Balance,
    Fraud,
}

const ENDPOINTS: [(&str, Report); 4] = [
    ("/v1/operations/get", Report::Operations),
    ("/v1/operations/get-by-payment", Report::ByPayment),
    ("/v1/balance/get", Report::Balance),
    ("/v1/fraud/list", Report::Fraud),
];

/// Endpoints that exist, with bodies that are not public.
const NOT_IMITATED: [&str; 4] = [
    "/v1/chargeback/list",
    "/v1/chargeback/get",
    "/v1/financial-reporting/operations",
    "/v1/currency-rates/get",
];

fn endpoint(path: &str) -> Option<Report> {
    ENDPOINTS
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, report)| *report)
}

impl Command for DataRequest {
    type Reply = DataAnswer;

    /// Reports change nothing, but a long one makes the next one wait.
    fn entry(&self) -> Option<Entry> {
        let is_long = endpoint(&self.path) == Some(Report::Operations)
            && Members::read(&self.body).is_some_and(|members| operations::is_long(&members));
        is_long.then(|| self.clone().into())
    }

    fn apply(self, platform: &mut Platform, now: Moment) -> DataAnswer {
        let Some(report) = endpoint(&self.path) else {
            if NOT_IMITATED.contains(&self.path.as_str()) {
                return DataAnswer::not_imitated();
            }
            let known: Vec<&str> = ENDPOINTS.iter().map(|(path, _)| *path).collect();
            return DataAnswer::not_found(&format!("there are {}", known.join(", ")));
        };
        platform
            .data_report(report, &self.body, now)
            .unwrap_or_else(|refusal| refusal)
    }
}

impl Platform {
    fn data_report(
        &mut self,
        report: Report,
        body: &[u8],
        now: Moment,
    ) -> Result<DataAnswer, DataAnswer> {
        let members = Members::read(body)
            .ok_or_else(|| DataAnswer::bad("the body", "must be a JSON object in UTF-8"))?;
        let token = self.data_tokens.authenticate(&members, body)?;
        let access = self.data_tokens.access(&token, &self.projects)?;
        match report {
            Report::Operations if operations::is_long(&members) => {
                self.data_tokens.check_long_report(&token, now)?;
                let answer = operations::report(&access, &members)?;
                self.data_tokens.note_long_report(&token, now);
                Ok(answer)
            }
            Report::Operations => operations::report(&access, &members),
            Report::ByPayment => by_payment::report(&access, &members),
            Report::Balance => Ok(balance::report(&access)),
            Report::Fraud => fraud::report(&access, &members),
        }
    }
}
