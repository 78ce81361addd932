//! What one query of the Data API is: where it goes, its signed bytes, how its report is read.

use ecommpay_gate::{BuildError, Prepared, SignedReply, UnreadableReply};
use ecommpay_model::JsonObject;
use serde::de::DeserializeOwned;

use crate::{DataToken, Refusal, ReportError};

/// One query of the Data API as data: path, members, reading of the report.
///
/// A query changes nothing at the platform, so it may be repeated. Whoever sends posts the body of
/// [`prepare`](DataQuery::prepare) unchanged to the base URL of the Data API plus the path, and
/// gives status and bytes of the reply to [`decode`](DataQuery::decode). A report may take minutes.
///
/// To reach an end point that is not offered here, name its path and members:
///
/// ```
/// use ecommpay_data_api::{DataQuery, DataToken};
/// use ecommpay_gate::BuildError;
/// use ecommpay_model::JsonObject;
/// use ecommpay_signature::SecretKey;
///
/// struct Ping;
///
/// impl DataQuery for Ping {
///     type Report = JsonObject;
///
///     fn path(&self) -> &'static str {
///         "/ping/get"
///     }
///
///     fn members(&self) -> Result<JsonObject, BuildError> {
///         Ok(JsonObject::from_iter([("tz", "+00:00")]))
///     }
///
///     fn missing(&self, report: &JsonObject) -> Option<&'static str> {
///         report.get("pong").is_none().then_some("pong")
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let token = DataToken::new("a-token", SecretKey::new("secret")?)?;
/// let prepared = Ping.prepare(&token)?;
/// assert!(prepared.body().starts_with(br#"{"tz":"+00:00","token":"a-token","signature":""#));
/// # Ok(())
/// # }
/// ```
pub trait DataQuery {
    /// What the platform answers with.
    type Report: DeserializeOwned;

    /// The path below the base URL, with its leading slash.
    fn path(&self) -> &'static str;

    /// The members of the request, without `token` and `signature`.
    ///
    /// # Errors
    ///
    /// A member breaks a rule.
    fn members(&self) -> Result<JsonObject, BuildError>;

    /// A member without which the report would say nothing, if it is not there.
    fn missing(&self, report: &Self::Report) -> Option<&'static str>;

    /// Checks the rules, builds the body once and signs it with the token's key.
    ///
    /// # Errors
    ///
    /// A member breaks a rule, or the finished body can't be signed unambiguously. Nothing was
    /// sent.
    fn prepare(&self, token: &DataToken) -> Result<Prepared, BuildError> {
        token.sign(self.path(), &self.members()?)
    }

    /// Reads the reply with this HTTP status and these body bytes, once its signature holds.
    ///
    /// # Errors
    ///
    /// The platform refused the query, or the reply is not what the Data API answers.
    fn decode(
        &self,
        token: &DataToken,
        http_status: u16,
        body: &[u8],
    ) -> Result<SignedReply<Self::Report>, ReportError> {
        if http_status != 200 {
            return Err(Refusal::read(http_status, body).map_or_else(
                || UnreadableReply::not_an_object(http_status, body).into(),
                ReportError::Refused,
            ));
        }
        let reply: SignedReply<Self::Report> =
            SignedReply::verify::<ReportError>(token.verifier(), http_status, body)?;
        match self.missing(reply.body()) {
            None => Ok(reply),
            Some(member) => Err(UnreadableReply::member(http_status, body, member).into()),
        }
    }
}
