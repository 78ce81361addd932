//! Settings of one payment method in one project, with defaults from the method pages.
//!
//! Where the pages are silent the default is a rule of the sandbox's own; the README lists them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clarification::ClarificationSettings;

/// The payment methods the sandbox imitates.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Method {
    /// Alipay, a digital wallet (CN).
    Alipay,
    /// Alfa-Click, online banking (RU, KZ).
    AlfaClick,
    /// Digital wallets through a partner (IN).
    WalletPartner,
}

impl Method {
    /// All methods, in the order in which pages list them.
    pub const ALL: [Self; 3] = [Self::Alipay, Self::AlfaClick, Self::WalletPartner];

    /// The method's code as Payment Page and callbacks write it (`payment.method`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Alipay => "alipay",
            Self::AlfaClick => "alfa-click",
            Self::WalletPartner => "wallet-partner",
        }
    }

    /// The method with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }
}

/// What the merchant gets in order to hand the customer over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HandoffKind {
    /// `redirect_data` with `method` GET.
    RedirectGet,
    /// `redirect_data` with `method` POST.
    RedirectPost,
    /// `display_data` with `qr_data`: text to draw.
    QrText,
    /// `display_data` with `qr_img`: a PNG in Base64.
    QrImage,
    /// `display_data` with `qr_url`: the address of an image.
    QrUrl,
    /// Nothing is sent; the shop shows an instruction (Alfa-Click invoice).
    Instruction,
}

impl HandoffKind {
    /// Whether a method's page describes this kind.
    #[must_use]
    pub fn fits(self, method: Method) -> bool {
        match self {
            Self::RedirectGet | Self::RedirectPost => true,
            Self::QrText | Self::QrImage | Self::QrUrl => method == Method::Alipay,
            Self::Instruction => method == Method::AlfaClick,
        }
    }
}

/// How an empty `redirect_data.body` is written; merchants meet both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmptyBody {
    /// `[]`, an empty map as the platform's language encodes it.
    Array,
    /// `{}`.
    Object,
}

/// Which refunds a method offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundKinds {
    /// Full and partial refunds.
    FullAndPartial,
    /// Only the whole payment can be refunded.
    FullOnly,
    /// Refunds are not offered: each is declined with 3610.
    None,
}

/// When refunds can be tried out in a test project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TestRefunds {
    /// At any time.
    Always,
    /// Within 24 hours of the purchase; later ones are declined with 3610.
    WithinOneDay,
    /// Never; each is declined with 3610.
    Never,
}

/// Amount limits of one currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The least amount, in minor units.
    pub(crate) minimum: i64,
    /// The largest amount, in minor units; none when absent.
    #[serde(default)]
    pub(crate) maximum: Option<i64>,
}

impl Limits {
    /// From `minimum` upwards, in minor units.
    #[must_use]
    pub fn from_minimum(minimum: i64) -> Self {
        Self {
            minimum,
            maximum: None,
        }
    }

    /// Between `minimum` and `maximum`, both included, in minor units.
    #[must_use]
    pub fn between(minimum: i64, maximum: i64) -> Self {
        Self {
            minimum,
            maximum: Some(maximum),
        }
    }
}

/// All settings of one method in one project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MethodSettings {
    /// Whether the project offers the method; sales by one that is off get 2541.
    #[schema(required = false)]
    pub(crate) enabled: bool,
    /// How the customer is handed over.
    #[schema(required = false)]
    pub(crate) handoff: HandoffKind,
    /// How an empty `redirect_data.body` is written.
    #[schema(required = false)]
    pub(crate) empty_body: EmptyBody,
    /// Currencies the method takes.
    #[schema(required = false)]
    pub(crate) currencies: Vec<String>,
    /// Those of them that a test project takes; empty for all.
    #[schema(required = false)]
    pub(crate) test_currencies: Vec<String>,
    /// Where the method is used, as ISO 3166-1 alpha-2 codes.
    #[schema(required = false)]
    pub(crate) countries: Vec<String>,
    /// Amount limits by currency, in minor units.
    #[schema(required = false)]
    pub(crate) limits: BTreeMap<String, Limits>,
    /// How long a payment usually takes; told, not acted on.
    #[schema(required = false)]
    pub(crate) base_seconds: Option<u64>,
    /// A payment without a result is declined so long after it began.
    #[schema(required = false)]
    pub(crate) threshold_seconds: u64,
    /// How long an opened emulator page of a test project waits for a button.
    #[schema(required = false)]
    pub(crate) no_click_seconds: Option<u64>,
    /// How long a bank's invoice is valid.
    #[schema(required = false)]
    pub(crate) invoice_seconds: u64,
    /// How long a QR code is valid.
    #[schema(required = false)]
    pub(crate) qr_seconds: u64,
    /// Amounts that decline a sale in a test project, in minor units.
    #[schema(required = false)]
    pub(crate) sale_declines: Vec<i64>,
    /// Amounts that decline a refund in a test project, in minor units.
    #[schema(required = false)]
    pub(crate) refund_declines: Vec<i64>,
    /// Which refunds the method offers.
    #[schema(required = false)]
    pub(crate) refunds: RefundKinds,
    /// When refunds can be tried out in a test project.
    #[schema(required = false)]
    pub(crate) test_refunds: TestRefunds,
    /// Members asked for before a payment goes on.
    #[schema(required = false)]
    pub(crate) clarification: Option<ClarificationSettings>,
    /// Sums that are paid instead of those asked for, in a test project, in minor units.
    #[schema(required = false, value_type = BTreeMap<String, i64>)]
    pub(crate) paid_sums: BTreeMap<i64, i64>,
    /// Through how many providers a redirected sale goes at most.
    #[schema(required = false)]
    pub(crate) provider_attempts: u32,
    /// Whether payment links offer the method.
    #[schema(required = false)]
    pub(crate) payment_links: bool,
}

const DAY: u64 = 24 * 60 * 60;

impl MethodSettings {
    /// The settings that the method's page describes.
    #[must_use]
    pub fn of(method: Method) -> Self {
        let common = Self {
            enabled: true,
            handoff: HandoffKind::RedirectPost,
            empty_body: EmptyBody::Array,
            currencies: Vec::new(),
            test_currencies: Vec::new(),
            countries: Vec::new(),
            limits: BTreeMap::new(),
            base_seconds: None,
            threshold_seconds: DAY,
            no_click_seconds: None,
            invoice_seconds: 7 * DAY,
            qr_seconds: 600,
            sale_declines: vec![40000, 40400],
            refund_declines: vec![50000, 50500],
            refunds: RefundKinds::FullAndPartial,
            test_refunds: TestRefunds::Always,
            clarification: None,
            paid_sums: BTreeMap::new(),
            provider_attempts: 1,
            payment_links: false,
        };
        match method {
            Method::Alipay => Self {
                countries: codes("CN"),
                currencies: codes("AUD CAD CNY EUR GBP HKD JPY SGD USD"),
                limits: limits([
                    ("CNY", Limits::between(1000, 500_000)),
                    ("USD", Limits::from_minimum(100)),
                ]),
                base_seconds: Some(60 * 60),
                payment_links: true,
                ..common
            },
            Method::AlfaClick => Self {
                handoff: HandoffKind::RedirectGet,
                currencies: codes("EUR KZT RUB USD"),
                test_currencies: codes("RUB"),
                countries: codes("KZ RU"),
                limits: limits([("RUB", Limits::from_minimum(100))]),
                threshold_seconds: 8 * DAY,
                no_click_seconds: Some(30 * 60),
                test_refunds: TestRefunds::WithinOneDay,
                ..common
            },
            Method::WalletPartner => Self {
                empty_body: EmptyBody::Object,
                currencies: codes("INR"),
                countries: codes("IN"),
                limits: limits([("INR", Limits::between(100, 40_000_000))]),
                refunds: RefundKinds::FullOnly,
                ..common
            },
        }
    }

    /// Switches the method on or off in the project; sales by a method that is off get 2541.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// How the customer is handed over.
    #[must_use]
    pub fn handoff(mut self, kind: HandoffKind) -> Self {
        self.handoff = kind;
        self
    }

    /// How an empty `redirect_data.body` is written.
    #[must_use]
    pub fn empty_body(mut self, form: EmptyBody) -> Self {
        self.empty_body = form;
        self
    }

    /// Replaces the limits of one currency (three capital letters).
    #[must_use]
    pub fn limit(mut self, currency: &str, limits: Limits) -> Self {
        self.limits.insert(currency.to_owned(), limits);
        self
    }

    /// Removes all amount limits.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.limits.clear();
        self
    }

    /// Base time: how long a payment usually takes. The sandbox only tells it.
    #[must_use]
    pub fn base_time(mut self, time: Duration) -> Self {
        self.base_seconds = Some(time.as_secs());
        self
    }

    /// Threshold time: a payment without a result is declined (20602) this long after it began.
    #[must_use]
    pub fn threshold_time(mut self, time: Duration) -> Self {
        self.threshold_seconds = time.as_secs();
        self
    }

    /// How long a QR code is valid (`QR Code Timeout`).
    #[must_use]
    pub fn qr_timeout(mut self, time: Duration) -> Self {
        self.qr_seconds = time.as_secs();
        self
    }

    /// How long the emulator page of a test project waits for a button once it is open.
    #[must_use]
    pub fn no_click_time(mut self, time: Duration) -> Self {
        self.no_click_seconds = Some(time.as_secs());
        self
    }

    /// The amounts, in minor units, that decline sales and refunds in a test project.
    #[must_use]
    pub fn test_declines(mut self, sales: &[i64], refunds: &[i64]) -> Self {
        self.sale_declines = sales.to_vec();
        self.refund_declines = refunds.to_vec();
        self
    }

    /// How long a bank's invoice is valid in the instruction scenario.
    #[must_use]
    pub fn invoice_life(mut self, time: Duration) -> Self {
        self.invoice_seconds = time.as_secs();
        self
    }

    /// Which refunds the method offers.
    #[must_use]
    pub fn refunds(mut self, kinds: RefundKinds) -> Self {
        self.refunds = kinds;
        self
    }

    /// When refunds can be tried out in a test project.
    #[must_use]
    pub fn test_refunds(mut self, rule: TestRefunds) -> Self {
        self.test_refunds = rule;
        self
    }

    /// Asks for additional data before a payment goes on.
    #[must_use]
    pub fn clarification(mut self, settings: ClarificationSettings) -> Self {
        self.clarification = Some(settings);
        self
    }
}

fn codes(list: &str) -> Vec<String> {
    list.split(' ').map(str::to_owned).collect()
}

fn limits<const N: usize>(list: [(&str, Limits); N]) -> BTreeMap<String, Limits> {
    list.into_iter()
        .map(|(currency, limits)| (currency.to_owned(), limits))
        .collect()
}
