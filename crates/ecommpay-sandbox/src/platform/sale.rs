//! The life of a sale: checks, request to the provider, hand-over, result.

use super::Platform;
use super::clarification::set_sale_operation;
use super::deliveries::CallbackKind;
use super::fault::{Code, Fault};
use super::handoff::Handoff;
use super::moment::Moment;
use super::payment::{Operation, Origin, Payment, PaymentKey, Purchase, SaleResult, Visit};
use super::project::Project;
use super::provider::{Provider, decline_code};
use super::status::{OperationStatus, OperationType, PaymentStatus};
use super::timeline::Event;
use super::timers::Timer;

/// Why a sale ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum SaleEnd {
    /// The provider said so.
    Result(SaleResult),
    /// A time ran out: its name and the code of the decline.
    TimeRanOut(&'static str, Code),
}

/// Faults of a purchase that only the platform's further checks find.
pub(super) fn purchase_faults(project: &Project, purchase: &Purchase) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some(settings) = project
        .settings(purchase.method)
        .filter(|method| method.enabled)
    else {
        return vec![Fault::new(Code::UNKNOWN_METHOD)];
    };
    let key = PaymentKey::new(project.config.id, &purchase.payment_id);
    if project.uses_payment_id(&key, purchase.origin.session()) {
        faults.push(Fault::of_member(
            Code::PAYMENT_EXISTS,
            "general.payment_id",
            "must be new in the project, without regard to case",
        ));
    }
    let currency = purchase.currency.as_str();
    let among = |list: &[String]| list.iter().any(|known| known == currency);
    if !among(&settings.currencies) {
        faults.push(Fault::of_member(
            Code::INVALID_CURRENCY,
            "payment.currency",
            format!(
                "{} takes {}",
                purchase.method.code(),
                settings.currencies.join(", ")
            ),
        ));
    } else if project.is_test()
        && !settings.test_currencies.is_empty()
        && !among(&settings.test_currencies)
    {
        faults.push(Fault::of_member(
            Code::CURRENCY_DISABLED,
            "payment.currency",
            format!(
                "a test project takes {}",
                settings.test_currencies.join(", ")
            ),
        ));
    }
    if let Some(limits) = settings.limits.get(currency) {
        if purchase.amount < limits.minimum {
            faults.push(Fault::of_member(
                Code::AMOUNT_BELOW_LIMIT,
                "payment.amount",
                format!("must be at least {} {currency}", limits.minimum),
            ));
        }
        if let Some(maximum) = limits.maximum.filter(|maximum| purchase.amount > *maximum) {
            faults.push(Fault::of_member(
                Code::AMOUNT_ABOVE_LIMIT,
                "payment.amount",
                format!("must be at most {maximum} {currency}"),
            ));
        }
    }
    faults
}

/// How a sale will end: by its amount in a test project, else by what the customer chose.
pub(super) fn decide(project: &Project, purchase: &Purchase, paid: bool) -> SaleResult {
    let declined = match project.settings(purchase.method) {
        Some(settings) if project.is_test() => settings.sale_declines.contains(&purchase.amount),
        _ => !paid,
    };
    if declined {
        SaleResult::Decline(decline_code(purchase.method))
    } else {
        SaleResult::Success
    }
}

impl Platform {
    /// Registers a purchase that passed all checks. It is sent to the provider afterwards.
    pub(super) fn register(
        &mut self,
        project: u32,
        purchase: Purchase,
        request_id: &str,
        now: Moment,
    ) -> PaymentKey {
        let key = PaymentKey::new(project, &purchase.payment_id);
        let operation = Operation {
            id: self.ids.operation(),
            kind: OperationType::Sale,
            status: OperationStatus::Processing,
            created: now,
            changed: now,
            request_id: request_id.to_owned(),
            amount: purchase.amount,
            currency: purchase.currency.clone(),
            paid_instead: None,
            code: Code::AWAITING_PROCESSING,
            provider: None,
            merchant_refund_id: None,
            refund: None,
            callback_urls: purchase.callback_urls.clone(),
            callback_wishes: purchase.callback_wishes,
        };
        let token = self.ids.token();
        let Some(project) = self.projects.get_mut(&project) else {
            return key;
        };
        if let Some(settings) = project.settings(purchase.method) {
            let threshold = now.plus_seconds(settings.threshold_seconds);
            self.timers.set(threshold, Timer::Threshold(key.clone()));
        }
        project.link_request(request_id, operation.id);
        let place = self.registry.payment_begins(&key);
        self.registry.operation_begins(operation.id, place);
        project.updates.begun(operation.id, now, key.clone());
        let mut payment = Payment::new(purchase, PaymentStatus::Processing, token, place, now);
        payment.operations.push(operation);
        project.payments.insert(key.clone(), payment);
        self.set_deadline(&key);
        key
    }

    /// Sends a registered sale to the provider after the platform has thought about it.
    pub(super) fn send_sale_later(&mut self, key: PaymentKey, now: Moment) {
        self.timers
            .set(now.plus(self.pace.processing), Timer::SendSale(key));
    }

    /// Keeps a request that was refused after its acknowledgement, so that the status query can
    /// tell about it. A payment that exists already stays as it is.
    pub(super) fn register_refused(
        &mut self,
        project: u32,
        purchase: Purchase,
        faults: &[Fault],
        now: Moment,
    ) -> PaymentKey {
        let key = PaymentKey::new(project, &purchase.payment_id);
        let token = self.ids.token();
        if let Some(project) = self.projects.get_mut(&project)
            && project
                .payments
                .get(&key)
                .is_none_or(|known| known.status == PaymentStatus::Error)
        {
            let place = self.registry.payment_begins(&key);
            let mut payment = Payment::new(purchase, PaymentStatus::Error, token, place, now);
            payment.purchase.forget_document();
            payment.errors = faults.to_vec();
            project.payments.insert(key.clone(), payment);
        }
        let summary: Vec<String> = faults.iter().map(Fault::summary).collect();
        self.record(&key, now, Event::RequestFailed, summary.join("; "));
        key
    }

    /// Sends a sale to the provider and takes its answer, unless data are missing.
    pub(super) fn send_sale(&mut self, key: &PaymentKey, now: Moment) {
        let ready = self
            .payment(key)
            .is_some_and(|payment| payment.status == PaymentStatus::Processing);
        if ready && !self.needs_clarification(key, now) {
            self.hand_over(key, now);
        }
    }

    /// Sends a sale to a provider, who says how the customer gets there.
    fn hand_over(&mut self, key: &PaymentKey, now: Moment) {
        self.record(key, now, Event::ProviderRequested, "");
        self.record(key, now, Event::ProviderProcessed, "");
        let Some(project) = self.projects.get_mut(&key.project) else {
            return;
        };
        let Some(payment) = project.payments.get_mut(key) else {
            return;
        };
        let method = payment.purchase.method;
        let Some(settings) = project.config.methods.get(&method) else {
            return;
        };
        let Some(operation) = payment.operations.first_mut() else {
            return;
        };
        let provider = Provider::new(method, OperationType::Sale, &mut self.ids, now);
        operation.provider = Some(provider);
        payment.purchase.forget_document();
        payment.provider_attempts += 1;
        let handoff = Handoff::new(
            &payment.purchase,
            settings,
            operation.id,
            &payment.token,
            &self.base_uri,
            now,
        );
        let (status, operation_status) = match &handoff {
            Handoff::Redirect(_) => (
                PaymentStatus::AwaitingRedirectResult,
                OperationStatus::AwaitingRedirectResult,
            ),
            Handoff::Qr(_) | Handoff::Invoice { .. } => (
                PaymentStatus::AwaitingCustomerAction,
                OperationStatus::AwaitingCustomerAction,
            ),
        };
        payment.become_status(status, now);
        let operation = set_sale_operation(
            payment,
            &mut project.updates,
            operation_status,
            Code::AWAITING_PROCESSING,
            now,
        );
        let from_gate = payment.purchase.origin == Origin::Gate;
        payment.handoff = Some(handoff.clone());
        // Only now does the provider know the payment, and the customer the way there.
        self.visits.insert(payment.token.clone(), key.clone());
        if let Handoff::Invoice { valid_until } = handoff {
            self.timers.set(valid_until, Timer::InvoiceEnd(key.clone()));
            let until = format!("valid until {}", valid_until.platform_date());
            self.record(key, now, Event::InvoiceIssued, until);
            return;
        }
        self.record(key, now, Event::HandoffDataReceived, "");
        if from_gate {
            self.notify(key, operation, CallbackKind::Handoff, now);
        }
    }

    /// The provider reports what the customer did.
    pub(super) fn sale_result(&mut self, key: &PaymentKey, now: Moment) {
        let result = self
            .payment(key)
            .filter(|payment| payment.status.is_open())
            .and_then(|payment| payment.visit.result);
        if let Some(result) = result {
            self.record(key, now, Event::ResultReceived, "");
            if result != SaleResult::Success && self.goes_to_another_provider(key) {
                self.hand_over(key, now);
            } else {
                self.end_sale(key, SaleEnd::Result(result), now);
            }
        }
    }

    /// Whether a declined sale is tried once more; if so, the customer's visit begins anew.
    fn goes_to_another_provider(&mut self, key: &PaymentKey) -> bool {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return false;
        };
        let Some(payment) = project.payments.get_mut(key) else {
            return false;
        };
        let attempts = project
            .config
            .methods
            .get(&payment.purchase.method)
            .map_or(1, |settings| settings.provider_attempts);
        let redirected = matches!(payment.handoff, Some(Handoff::Redirect(_)));
        let again = redirected && payment.provider_attempts < attempts;
        if again {
            payment.visit = Visit::default();
        }
        again
    }

    pub(super) fn threshold_reached(&mut self, key: &PaymentKey, now: Moment) {
        self.end_sale(
            key,
            SaleEnd::TimeRanOut("threshold time", Code::TIME_OUT),
            now,
        );
    }

    /// Declines when the customer opened the emulator page and pressed nothing. A later visit, to
    /// another provider, has a time of its own.
    pub(super) fn nobody_clicked(&mut self, key: &PaymentKey, now: Moment) {
        let idle = self.project(key.project).is_some_and(|project| {
            project.payments.get(key).is_some_and(|payment| {
                let limit = project
                    .settings(payment.purchase.method)
                    .and_then(|settings| settings.no_click_seconds);
                let opened = payment.visit.opened;
                payment.visit.result.is_none()
                    && opened
                        .zip(limit)
                        .is_some_and(|(opened, limit)| opened.plus_seconds(limit) <= now)
            })
        });
        if idle {
            let end = SaleEnd::TimeRanOut("no button pressed", Code::TIME_OUT);
            self.end_sale(key, end, now);
        }
    }

    /// Declines when the bank's invoice was not paid in time.
    pub(super) fn invoice_ended(&mut self, key: &PaymentKey, now: Moment) {
        if self
            .payment(key)
            .is_some_and(|payment| payment.visit.result.is_none())
        {
            self.end_sale(key, SaleEnd::TimeRanOut("invoice", Code::TIME_OUT), now);
        }
    }

    /// Gives an open sale its final status and tells the merchant.
    pub(super) fn end_sale(&mut self, key: &PaymentKey, end: SaleEnd, now: Moment) {
        let Some(project) = self.projects.get_mut(&key.project) else {
            return;
        };
        let is_test = project.is_test();
        let Some(payment) = project.payments.get_mut(key) else {
            return;
        };
        if !payment.status.is_open() {
            return;
        }
        let paid_instead = project
            .config
            .methods
            .get(&payment.purchase.method)
            .and_then(|settings| settings.paid_sums.get(&payment.purchase.amount))
            .copied()
            .filter(|_| is_test);
        let result = match end {
            SaleEnd::Result(result) => result,
            SaleEnd::TimeRanOut(_, code) => SaleResult::Decline(code),
        };
        let (status, operation_status, code) = match result {
            SaleResult::Success => (
                PaymentStatus::Success,
                OperationStatus::Success,
                Code::SUCCESS,
            ),
            SaleResult::Decline(code) => (PaymentStatus::Decline, OperationStatus::Decline, code),
        };
        payment.become_status(status, now);
        let updates = &mut project.updates;
        let operation = set_sale_operation(payment, updates, operation_status, code, now);
        if let Some(sum) = paid_instead.filter(|_| status == PaymentStatus::Success) {
            payment.pay_instead(sum);
        }
        if let (SaleEnd::Result(_), Some(provider)) = (end, payment.sale_provider()) {
            provider.date = now;
        }
        let (currency, amount) = (payment.purchase.currency.clone(), payment.purchase.amount);
        let awaited_by_page = matches!(payment.purchase.origin, Origin::Page(_))
            && !matches!(payment.handoff, Some(Handoff::Invoice { .. }));
        if status == PaymentStatus::Success {
            project.credit(&currency, amount);
        }
        if let SaleEnd::TimeRanOut(what, _) = end {
            self.record(key, now, Event::TimeRanOut, what);
        }
        self.notify(key, operation, CallbackKind::Result, now);
        if awaited_by_page {
            self.record(key, now, Event::ResultSentToPage, "");
        }
    }
}
