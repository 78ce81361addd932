//! A merchant's project: key, callback address, mode and the settings of its methods.

use std::collections::BTreeMap;
use std::fmt;

use ecommpay_signature::SecretKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use super::access::Access;
use super::link::LinkSettings;
use super::method::{HandoffKind, Method, MethodSettings};
use super::page::PageSettings;
use super::project_switches::StatusFaults;
use super::refunds::RefundRules;
use crate::error::SandboxError;

/// Members at the top of callbacks and status answers, beside which the link's address stands.
const TAKEN_MEMBERS: [&str; 9] = [
    "project_id",
    "payment",
    "operation",
    "operations",
    "customer",
    "account",
    "errors",
    "general",
    "signature",
];

/// Whether a project is a test project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProjectMode {
    /// The amount decides the result (40000 and 40400 decline a sale, …), whichever button is
    /// pressed.
    #[default]
    Test,
    /// Amounts mean nothing; the button pressed on the emulator page decides.
    Live,
}

/// How a wrong or empty signature of a Gate request is reported; the documentation tells both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureFaults {
    /// At once, as an answer with HTTP status 400.
    #[default]
    Answer,
    /// The request is acknowledged and an `error` callback follows.
    Callback,
}

/// A secret key as configured; its text never shows in `Debug` or in JSON.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// One project.
///
/// As JSON (control API; the secret is read, never shown): `id`, `secret`, and optionally `callback_url`, `return_url`, `mode` (`test`, `live`),
/// `signature_faults` (`answer`, `callback`), `balance` (minor units by currency), `payment_page`
/// ([`PageSettings`]), `access`, `refund_rules`, `payment_links`, `details_after_seconds`,
/// `status_faults` (`response`, `items`) and `methods`, a map from method code to the settings that
/// differ from the method's defaults.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectConfig {
    /// At least 1.
    pub(crate) id: u32,
    /// The secret key; read, never shown.
    #[serde(skip_serializing)]
    #[schema(value_type = String, write_only)]
    pub(crate) secret: Secret,
    /// Where callbacks go: `http`, at most 255 bytes.
    #[serde(default)]
    pub(crate) callback_url: Option<String>,
    /// Where customers return to when the request names no address.
    #[serde(default)]
    pub(crate) return_url: Option<String>,
    /// Whether amounts or buttons decide.
    #[serde(default)]
    pub(crate) mode: ProjectMode,
    /// How wrong signatures of Gate requests are reported.
    #[serde(default)]
    pub(crate) signature_faults: SignatureFaults,
    /// The merchant's balance by currency, in minor units; refunds are always covered when absent.
    #[serde(default)]
    pub(crate) balance: Option<BTreeMap<String, i64>>,
    /// Payment Page's language and choice of methods.
    #[serde(default)]
    pub(crate) payment_page: PageSettings,
    /// Who may ask Gate, and for what.
    #[serde(default)]
    pub(crate) access: Access,
    /// Further rules of refunds.
    #[serde(default)]
    pub(crate) refund_rules: RefundRules,
    /// How payment links look.
    #[serde(default)]
    pub(crate) payment_links: LinkSettings,
    /// How long status queries say 3062 after a sale request.
    #[serde(default)]
    pub(crate) details_after_seconds: u64,
    /// The shape of a refused status query.
    #[serde(default)]
    pub(crate) status_faults: StatusFaults,
    /// Settings by method code; only what differs from the defaults is named.
    #[serde(
        default = "default_methods",
        deserialize_with = "methods_over_defaults"
    )]
    pub(crate) methods: BTreeMap<Method, MethodSettings>,
}

impl ProjectConfig {
    /// A test project with the defaults of all methods and no callback address.
    ///
    /// The secret key must not be empty and the id must be at least 1; both are checked when the
    /// project is added.
    #[must_use]
    pub fn new(id: u32, secret: impl Into<String>) -> Self {
        Self {
            id,
            secret: Secret::new(secret),
            callback_url: None,
            return_url: None,
            mode: ProjectMode::Test,
            signature_faults: SignatureFaults::Answer,
            balance: None,
            payment_page: PageSettings::default(),
            access: Access::default(),
            refund_rules: RefundRules::new(),
            payment_links: LinkSettings::new(),
            details_after_seconds: 0,
            status_faults: StatusFaults::Response,
            methods: default_methods(),
        }
    }

    /// Where callbacks of the project go (`http` only; the sandbox speaks no TLS).
    #[must_use]
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// Where customers return to when the request names no address.
    #[must_use]
    pub fn return_url(mut self, url: impl Into<String>) -> Self {
        self.return_url = Some(url.into());
        self
    }

    /// Makes it a test project or a live one.
    #[must_use]
    pub fn mode(mut self, mode: ProjectMode) -> Self {
        self.mode = mode;
        self
    }

    /// How wrong signatures of Gate requests are reported.
    #[must_use]
    pub fn signature_faults(mut self, faults: SignatureFaults) -> Self {
        self.signature_faults = faults;
        self
    }

    /// Gives the merchant a balance of `minor` units in `currency`. Without any balance refunds
    /// are always covered; with one, paid sales add to it and refunds above it get 3028.
    #[must_use]
    pub fn balance(mut self, currency: &str, minor: i64) -> Self {
        self.balance
            .get_or_insert_with(BTreeMap::new)
            .insert(currency.to_owned(), minor);
        self
    }

    /// Sets up Payment Page.
    #[must_use]
    pub fn payment_page(mut self, settings: PageSettings) -> Self {
        self.payment_page = settings;
        self
    }

    /// Replaces the settings of one method.
    #[must_use]
    pub fn method(mut self, method: Method, settings: MethodSettings) -> Self {
        self.methods.insert(method, settings);
        self
    }

    /// Chooses how one method hands the customer over.
    #[must_use]
    pub fn handoff(mut self, method: Method, kind: HandoffKind) -> Self {
        if let Some(settings) = self.methods.get_mut(&method) {
            settings.handoff = kind;
        }
        self
    }

    /// Writes the project with its secret: for the journal, which has to sign again after a restart.
    pub(crate) fn serialize_with_secret<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct WithSecret<'a> {
            secret: &'a str,
            #[serde(flatten)]
            project: &'a ProjectConfig,
        }
        WithSecret {
            secret: self.secret.expose(),
            project: self,
        }
        .serialize(serializer)
    }

    /// The key, if the settings keep their rules.
    pub(crate) fn checked_key(&self) -> Result<SecretKey, SandboxError> {
        self.check()?;
        SecretKey::new(self.secret.expose()).map_err(|_| SandboxError::Project {
            project: self.id,
            field: "secret".into(),
            rule: "must not be empty",
        })
    }

    /// Checks what the types cannot: ids, addresses, hand-off kinds, times.
    fn check(&self) -> Result<(), SandboxError> {
        let refuse = |field: String, rule: &'static str| {
            Err(SandboxError::Project {
                project: self.id,
                field,
                rule,
            })
        };
        if self.id == 0 {
            return refuse("id".into(), "must be at least 1");
        }
        if self.secret.expose().is_empty() {
            return refuse("secret".into(), "must not be empty");
        }
        if let Some(url) = &self.callback_url
            && !(url.starts_with("http:") && crate::delivery::is_callback_url(url))
        {
            return refuse(
                "callback_url".into(),
                "must be an http URL of at most 255 bytes; the sandbox speaks no TLS",
            );
        }
        if self
            .refund_rules
            .operation_day_end_seconds
            .is_some_and(|seconds| seconds >= 24 * 60 * 60)
        {
            let field = "refund_rules.operation_day_end_seconds";
            return refuse(field.into(), "must be less than a day");
        }
        let link_member = self.payment_links.member.as_str();
        if link_member.is_empty() || TAKEN_MEMBERS.contains(&link_member) {
            let field = "payment_links.member";
            return refuse(
                field.into(),
                "must be a name that callbacks do not have yet",
            );
        }
        for (method, settings) in &self.methods {
            let path = |member: &str| format!("methods.{}.{member}", method.code());
            if !settings.handoff.fits(*method) {
                return refuse(path("handoff"), "is not offered by this method");
            }
            if settings
                .base_seconds
                .is_some_and(|base| base > settings.threshold_seconds)
            {
                return refuse(path("threshold_seconds"), "must not be below the base time");
            }
            if settings.provider_attempts == 0 {
                return refuse(path("provider_attempts"), "must be at least 1");
            }
            if settings.paid_sums.values().any(|paid| *paid < 1) {
                return refuse(path("paid_sums"), "must be at least 1 minor unit each");
            }
            if let Some(clarification) = &settings.clarification
                && !clarification
                    .fields
                    .iter()
                    .all(|field| field.split('.').count() == 2)
            {
                return refuse(
                    path("clarification.fields"),
                    "must name members as object.member",
                );
            }
        }
        Ok(())
    }
}

fn default_methods() -> BTreeMap<Method, MethodSettings> {
    Method::ALL
        .into_iter()
        .map(|method| (method, MethodSettings::of(method)))
        .collect()
}

/// Reads only the settings that differ and lays them over the defaults of the method.
fn methods_over_defaults<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<Method, MethodSettings>, D::Error> {
    use serde::de::Error as _;
    let changes = BTreeMap::<Method, serde_json::Map<String, Value>>::deserialize(deserializer)?;
    let mut methods = default_methods();
    for (method, changed) in changes {
        let defaults =
            serde_json::to_value(MethodSettings::of(method)).map_err(D::Error::custom)?;
        let Value::Object(mut settings) = defaults else {
            continue;
        };
        settings.extend(changed);
        let settings = MethodSettings::deserialize(Value::Object(settings))
            .map_err(|error| D::Error::custom(format!("methods.{}: {error}", method.code())))?;
        methods.insert(method, settings);
    }
    Ok(methods)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;

    #[test]
    fn json_changes_only_the_settings_it_names() {
        let project: ProjectConfig = serde_json::from_value(serde_json::json!({
            "id": 7, "secret": "s",
            "methods": {"alipay": {"handoff": "qr_text", "limits": {}}},
        }))
        .unwrap();
        let alipay = &project.methods[&Method::Alipay];
        assert_eq!(alipay.handoff, HandoffKind::QrText);
        assert!(alipay.limits.is_empty());
        assert_eq!(alipay.sale_declines, [40000, 40400]);
        let partner = &project.methods[&Method::WalletPartner];
        assert_eq!(partner.limits["INR"], Limits::between(100, 40_000_000));
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let error = serde_json::from_value::<ProjectConfig>(serde_json::json!({
            "id": 7, "secret": "s", "methods": {"alipay": {"hand_off": "qr_text"}},
        }))
        .unwrap_err()
        .to_string();
        assert!(
            error.contains("methods.alipay") && error.contains("hand_off"),
            "{error}"
        );
    }

    #[test]
    fn a_hand_off_must_fit_its_method() {
        let project = ProjectConfig::new(7, "s").handoff(Method::AlfaClick, HandoffKind::QrText);
        let error = project.check().unwrap_err().to_string();
        assert!(error.contains("methods.alfa-click.handoff"), "{error}");
    }

    #[test]
    fn the_secret_does_not_show() {
        assert!(!format!("{:?}", ProjectConfig::new(7, "CANARY")).contains("CANARY"));
    }
}
