//! A project with everything that happened in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ecommpay_signature::SecretKey;

use super::data_api::FraudReport;
use super::fault::Fault;
use super::link::Link;
use super::moment::Moment;
use super::operation_index::OperationIndex;
use super::payment::{Payment, PaymentKey};
use super::status::PaymentStatus;
use super::timeline::Timeline;
use crate::config::{Method, MethodSettings, ProjectConfig, ProjectMode};

/// What became of one acknowledged request, for the status query by request id.
#[derive(Debug)]
pub(crate) struct RequestRecord {
    pub(crate) payment: PaymentKey,
    pub(crate) payment_id: String,
    /// The operation that the request began or went on with.
    pub(crate) operation: Option<u64>,
    pub(crate) errors: Vec<Fault>,
    pub(crate) received: Moment,
}

impl RequestRecord {
    pub(crate) fn new(payment: PaymentKey, payment_id: &str, received: Moment) -> Self {
        Self {
            payment,
            payment_id: payment_id.to_owned(),
            operation: None,
            errors: Vec::new(),
            received,
        }
    }
}

/// One project.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) config: ProjectConfig,
    pub(crate) key: SecretKey,
    /// What a payment costs must not grow with their number; whoever lists them puts them in order.
    pub(crate) payments: HashMap<PaymentKey, Payment>,
    pub(crate) timelines: HashMap<PaymentKey, Timeline>,
    pub(crate) requests: HashMap<String, RequestRecord>,
    pub(crate) refund_ids: BTreeSet<String>,
    /// How many payments a trigger made.
    pub(crate) triggered: u64,
    pub(crate) updates: OperationIndex,
    pub(crate) links: BTreeMap<PaymentKey, Link>,
    /// Operations reported as fraud, in the order in which the reports came.
    pub(crate) fraud_reports: Vec<FraudReport>,
    /// The merchant's balance by currency; absent when refunds are always covered.
    pub(crate) balance: Option<BTreeMap<String, i64>>,
}

impl Project {
    pub(crate) fn new(config: ProjectConfig, key: SecretKey) -> Self {
        let balance = config.balance.clone();
        Self {
            config,
            key,
            payments: HashMap::new(),
            timelines: HashMap::new(),
            requests: HashMap::new(),
            refund_ids: BTreeSet::new(),
            triggered: 0,
            updates: OperationIndex::default(),
            links: BTreeMap::new(),
            fraud_reports: Vec::new(),
            balance,
        }
    }

    /// Takes new settings and keeps what happened so far. A balance starts anew when the new
    /// settings name one.
    pub(crate) fn reconfigure(&mut self, config: ProjectConfig, key: SecretKey) {
        self.balance = config.balance.clone();
        self.config = config;
        self.key = key;
    }

    /// Whether a payment id belongs to a payment or a link already. After `error` it is free; the
    /// page `session` that a link opened may use the link's.
    pub(crate) fn uses_payment_id(&self, key: &PaymentKey, session: Option<&str>) -> bool {
        let payment = self.payments.get(key);
        payment.is_some_and(|payment| payment.status != PaymentStatus::Error)
            || self
                .links
                .get(key)
                .is_some_and(|link| link.holds_payment_id() && !link.waits_for(session))
    }

    /// Notes which operation a request is about.
    pub(crate) fn link_request(&mut self, request_id: &str, operation: u64) {
        if let Some(record) = self.requests.get_mut(request_id) {
            record.operation = Some(operation);
        }
    }

    /// What reports call the project.
    pub(crate) fn name(&self) -> String {
        format!("Project {}", self.config.id)
    }

    pub(crate) fn is_test(&self) -> bool {
        self.config.mode == ProjectMode::Test
    }

    pub(crate) fn settings(&self, method: Method) -> Option<&MethodSettings> {
        self.config.methods.get(&method)
    }

    /// Adds to the merchant's balance, if there is one.
    pub(crate) fn credit(&mut self, currency: &str, minor: i64) {
        if let Some(balance) = &mut self.balance {
            let sum = balance.entry(currency.to_owned()).or_insert(0);
            *sum = sum.saturating_add(minor);
        }
    }

    /// Whether the merchant's balance covers a refund.
    pub(crate) fn covers(&self, currency: &str, minor: i64) -> bool {
        self.balance
            .as_ref()
            .is_none_or(|balance| balance.get(currency).copied().unwrap_or(0) >= minor)
    }
}
