//! Requests rebuilt with our builders, as a merchant's program would make them from the same facts.

use ecommpay_gate::{BuildError, Customer, Merchant, Operation, RefundOptions, SaleOptions};
use ecommpay_model::{
    AccountNumber, City, Country, Currency, CustomerId, Description, Email, InvalidValue,
    IpAddress, Json, Language, MerchantRefundId, Money, Name, PaymentId, Phone, ProjectId, Street,
    Text255, WebUrl,
};
use ecommpay_payment_page::{Opening, OpeningError};
use ecommpay_signature::{KeyRing, SecretKey};
use serde_json::Value;

use crate::fixtures::{RequestKind, Sum};

/// The key all rebuilt requests are signed with.
pub(super) const SECRET: &str = "rules-secret";

/// What a builder made of a request.
#[derive(Debug)]
pub(super) enum Built {
    /// Path and signed body of a Gate request.
    Gate { path: String, body: Vec<u8> },
    /// Names and values of an opening, signature included.
    Pairs(Vec<(String, String)>),
}

/// Why a builder made nothing: the member, and the sentence for the merchant.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) field: String,
    pub(super) message: String,
}

impl Refusal {
    fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal {
            field: field.into(),
            message: message.into(),
        }
    }
}

impl From<InvalidValue> for Refusal {
    fn from(error: InvalidValue) -> Self {
        Refusal::new(error.field(), error.to_string())
    }
}

impl From<BuildError> for Refusal {
    fn from(error: BuildError) -> Self {
        Refusal::new(
            error.field().unwrap_or_default(),
            super::compare::chain(&error),
        )
    }
}

impl From<OpeningError> for Refusal {
    fn from(error: OpeningError) -> Self {
        // Openings have no dotted members: the sentence begins with the parameter's name.
        let message = super::compare::chain(&error);
        let field = message
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_owned();
        Refusal { field, message }
    }
}

/// Rebuilds a request of a method.
pub(super) fn build(
    method: &str,
    request: RequestKind,
    document: Value,
    purchase: Option<&Sum>,
) -> Result<Built, Refusal> {
    let mut members = Members(document);
    match (request, method) {
        (RequestKind::Sale, "alipay") => members.alipay_sale(),
        (RequestKind::Sale, "alfa-click") => members.alfa_click_sale(),
        (RequestKind::Sale, _) => members.wallet_partner_sale(),
        (RequestKind::Refund, "alipay") => members.alipay_refund(purchase),
        (RequestKind::Refund, "alfa-click") => members.alfa_click_refund(),
        (RequestKind::Refund, _) => members.wallet_partner_refund(),
        (RequestKind::Opening, method) => members.opening(method),
    }
}

/// The members of a document that were not taken yet.
struct Members(Value);

impl Members {
    /// Takes a member by dotted path.
    fn take(&mut self, path: &str) -> Option<Value> {
        let (parents, name) = path.rsplit_once('.').unwrap_or(("", path));
        let parents = if parents.is_empty() {
            String::new()
        } else {
            format!("/{}", parents.replace('.', "/"))
        };
        self.0.pointer_mut(&parents)?.as_object_mut()?.remove(name)
    }

    fn text(&mut self, path: &str) -> Option<String> {
        match self.take(path)? {
            Value::String(text) => Some(text),
            other => Some(other.to_string()),
        }
    }

    /// A member that a constructor demands: leaving it out does not compile.
    fn required(&mut self, path: &str) -> Result<String, Refusal> {
        self.text(path)
            .ok_or_else(|| Refusal::new(path, format!("the constructor requires {path}")))
    }

    /// Reads an optional text member with a constructor of the model.
    fn typed<T>(
        &mut self,
        path: &'static str,
        new: impl FnOnce(String) -> Result<T, InvalidValue>,
    ) -> Result<Option<T>, Refusal> {
        match self.text(path) {
            None => Ok(None),
            Some(text) => Ok(Some(new(text).map_err(|error| error.in_field(path))?)),
        }
    }

    fn merchant(&mut self, path: &str) -> Result<Merchant, Refusal> {
        let project = self.project(path)?;
        let key = SecretKey::new(SECRET).map_err(|error| Refusal::new("", error.to_string()))?;
        Ok(Merchant::new(project, KeyRing::new(key)))
    }

    fn project(&mut self, path: &str) -> Result<ProjectId, Refusal> {
        let text = self.required(path)?;
        let number = text
            .parse()
            .map_err(|_| Refusal::new(path, "not a number"))?;
        Ok(ProjectId::new(number)?)
    }

    fn sum(&mut self, amount: &str, currency: &str) -> Result<Money, Refusal> {
        let minor = self.required(amount)?;
        let minor = minor
            .parse()
            .map_err(|_| Refusal::new(amount, "not a whole number"))?;
        let currency = Currency::new(&self.required(currency)?)?;
        Ok(Money::new(minor, currency)?)
    }

    fn customer(&mut self) -> Result<Customer, Refusal> {
        let id = CustomerId::new(self.required("customer.id")?)?;
        let address = IpAddress::new(&self.required("customer.ip_address")?)?;
        let mut customer = Customer::new(id, address);
        if let Some(name) = self.typed("customer.first_name", Name::new)? {
            customer = customer.first_name(name);
        }
        if let Some(name) = self.typed("customer.last_name", Name::new)? {
            customer = customer.last_name(name);
        }
        if let Some(name) = self.typed("customer.middle_name", Name::new)? {
            customer = customer.middle_name(name);
        }
        if let Some(phone) = self.typed("customer.phone", Phone::new)? {
            customer = customer.phone(phone);
        }
        if let Some(email) = self.typed("customer.email", Email::new)? {
            customer = customer.email(email);
        }
        if let Some(street) = self.typed("customer.street", Street::new)? {
            customer = customer.street(street);
        }
        if let Some(city) = self.typed("customer.city", City::new)? {
            customer = customer.city(city);
        }
        if let Some(zip) = self.typed("customer.zip", Text255::new)? {
            customer = customer.zip(zip);
        }
        if let Some(country) = self.typed("customer.country", |code| Country::new(&code))? {
            customer = customer.country(country);
        }
        Ok(customer)
    }

    fn sale_options(&mut self) -> Result<SaleOptions, Refusal> {
        let mut options = SaleOptions::new();
        if let Some(text) = self.typed("payment.description", Description::new)? {
            options = options.description(text);
        }
        if let Some(text) = self.typed("payment.extra_param", Text255::new)? {
            options = options.extra_param(text);
        }
        if let Some(url) = self.typed("general.merchant_callback_url", WebUrl::new)? {
            options = options.merchant_callback_url(url);
        }
        if let Some(url) = self.typed("return_url.success", WebUrl::new)? {
            options = options.success_url(url);
        }
        if let Some(url) = self.typed("return_url.decline", WebUrl::new)? {
            options = options.decline_url(url);
        }
        if let Some(url) = self.typed("return_url.return", WebUrl::new)? {
            options = options.return_url(url);
        }
        for (path, value) in self.rest() {
            options = options.extra(path, value);
        }
        Ok(options)
    }

    fn alipay_sale(&mut self) -> Result<Built, Refusal> {
        let merchant = self.merchant("general.project_id")?;
        let payment = PaymentId::new(self.required("general.payment_id")?)?;
        let sum = self.sum("payment.amount", "payment.currency")?;
        let customer = self.customer()?;
        let back = WebUrl::new(self.required("return_url.return")?)?;
        let sale = ecommpay_alipay::Sale::new(payment, sum, customer, back);
        prepared(&sale.with(self.sale_options()?), &merchant)
    }

    fn alfa_click_sale(&mut self) -> Result<Built, Refusal> {
        let merchant = self.merchant("general.project_id")?;
        let payment = PaymentId::new(self.required("general.payment_id")?)?;
        let sum = self.sum("payment.amount", "payment.currency")?;
        let login = AccountNumber::new(self.required("customer.account_id")?)?;
        let sale = ecommpay_alfa_click::Sale::new(payment, sum, self.customer()?, login);
        prepared(&sale.with(self.sale_options()?), &merchant)
    }

    fn wallet_partner_sale(&mut self) -> Result<Built, Refusal> {
        let merchant = self.merchant("general.project_id")?;
        let payment = PaymentId::new(self.required("general.payment_id")?)?;
        let sum = self.sum("payment.amount", "payment.currency")?;
        let name = |error: InvalidValue, field| Refusal::from(error.in_field(field));
        let payer = ecommpay_wallet_partner::Payer {
            id: CustomerId::new(self.required("customer.id")?)?,
            ip_address: IpAddress::new(&self.required("customer.ip_address")?)?,
            first_name: Name::new(self.required("customer.first_name")?)
                .map_err(|error| name(error, "customer.first_name"))?,
            last_name: Name::new(self.required("customer.last_name")?)
                .map_err(|error| name(error, "customer.last_name"))?,
            phone: Phone::new(self.required("customer.phone")?)?,
            email: Email::new(self.required("customer.email")?)?,
        };
        let success = WebUrl::new(self.required("return_url.success")?)?;
        let mut sale = ecommpay_wallet_partner::Sale::new(payment, sum, payer, success);
        if let Some(middle) = self.typed("customer.middle_name", Name::new)? {
            sale = sale.customer_details(|customer| customer.middle_name(middle));
        }
        if let Some(country) = self.typed("customer.country", |code| Country::new(&code))? {
            sale = sale.customer_details(|customer| customer.country(country));
        }
        prepared(&sale.with(self.sale_options()?), &merchant)
    }

    fn refund_options(&mut self) -> Result<RefundOptions, Refusal> {
        let mut options = RefundOptions::new();
        let id = self.typed("payment.merchant_refund_id", MerchantRefundId::new)?;
        if let Some(id) = id {
            options = options.merchant_refund_id(id);
        }
        for (path, value) in self.rest() {
            options = options.extra(path, value);
        }
        Ok(options)
    }

    /// Alipay's page names the amount alone: then the currency is that of the purchase, and not
    /// sent.
    fn alipay_refund(&mut self, purchase: Option<&Sum>) -> Result<Built, Refusal> {
        let merchant = self.merchant("general.project_id")?;
        let payment = PaymentId::new(self.required("general.payment_id")?)?;
        let description = Description::new(self.required("payment.description")?)?;
        let address = IpAddress::new(&self.required("customer.ip_address")?)?;
        let Some(amount) = self.take("payment.amount") else {
            let refund = ecommpay_alipay::Refund::full(payment, description, address);
            return prepared(&refund.with(self.refund_options()?), &merchant);
        };
        let sent = self.text("payment.currency");
        let known = sent
            .clone()
            .or_else(|| purchase.map(|sum| sum.currency.clone()));
        let currency = Currency::new(&known.unwrap_or_default())?;
        let sum = Money::new(amount.as_i64().unwrap_or(-1), currency)?;
        let mut refund = ecommpay_alipay::Refund::partial(payment, description, address, sum);
        if sent.is_none() {
            refund = refund.without_currency();
        }
        prepared(&refund.with(self.refund_options()?), &merchant)
    }

    fn alfa_click_refund(&mut self) -> Result<Built, Refusal> {
        let merchant = self.merchant("general.project_id")?;
        let payment = PaymentId::new(self.required("general.payment_id")?)?;
        let description = Description::new(self.required("payment.description")?)?;
        let address = IpAddress::new(&self.required("customer.ip_address")?)?;
        let is_partial = ["/payment/amount", "/payment/currency"]
            .iter()
            .any(|pointer| self.0.pointer(pointer).is_some());
        let refund = if is_partial {
            let sum = self.sum("payment.amount", "payment.currency")?;
            ecommpay_alfa_click::Refund::partial(payment, description, address, sum)
        } else {
            ecommpay_alfa_click::Refund::full(payment, description, address)
        };
        prepared(&refund.with(self.refund_options()?), &merchant)
    }

    fn wallet_partner_refund(&mut self) -> Result<Built, Refusal> {
        let merchant = self.merchant("general.project_id")?;
        let payment = PaymentId::new(self.required("general.payment_id")?)?;
        let description = Description::new(self.required("payment.description")?)?;
        let refund = ecommpay_wallet_partner::Refund::full(payment, description);
        prepared(&refund.with(self.refund_options()?), &merchant)
    }

    fn opening(&mut self, method: &str) -> Result<Built, Refusal> {
        let project = self.project("project_id")?;
        let payment = PaymentId::new(self.required("payment_id")?)?;
        let sum = self.sum("payment_amount", "payment_currency")?;
        let customer = CustomerId::new(self.required("customer_id")?)?;
        let mut opening = match method {
            "alipay" => Opening::alipay(project, payment, sum, customer),
            "alfa-click" => {
                let login = self.required("customer_account_number")?;
                Opening::alfa_click(project, payment, sum, customer, login)
            }
            _ => Opening::wallet_partner(project, payment, sum, customer),
        };
        if self.text("force_payment_method").is_some() {
            opening = opening.preselect();
        }
        if let Some(code) = self.text("language_code") {
            opening = opening.language_code(Language::new(&code)?);
        }
        if let Some(text) = self.text("payment_description") {
            opening = opening.payment_description(text);
        }
        if let Some(url) = self.typed("redirect_success_url", WebUrl::new)? {
            opening = opening.redirect_success_url(url);
        }
        if let Value::Object(rest) = &self.0 {
            for (name, value) in rest {
                opening = opening.extra(name.as_str(), text_of(value));
            }
        }
        let key = SecretKey::new(SECRET).map_err(|error| Refusal::new("", error.to_string()))?;
        let signed = opening.sign(&key)?;
        Ok(Built::Pairs(
            signed
                .pairs()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        ))
    }

    /// What no builder has a setter for, as path and value.
    fn rest(&mut self) -> Vec<(String, Json)> {
        let Value::Object(objects) = std::mem::take(&mut self.0) else {
            return Vec::new();
        };
        let mut rest = Vec::new();
        for (object, members) in objects {
            match members {
                Value::Object(members) => rest.extend(
                    members
                        .into_iter()
                        .map(|(name, value)| (format!("{object}.{name}"), json(&value))),
                ),
                value => rest.push((object, json(&value))),
            }
        }
        rest
    }
}

fn prepared<O: Operation>(operation: &O, merchant: &Merchant) -> Result<Built, Refusal> {
    let prepared = operation.prepare(merchant)?;
    Ok(Built::Gate {
        path: prepared.path().to_owned(),
        body: prepared.into_body(),
    })
}

/// A scalar of a fixture as our own value; fixtures hold no others among their extra members.
fn json(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => number.as_i64().map_or(Json::Null, Json::Integer),
        Value::String(text) => Json::String(text.clone()),
        _ => Json::Null,
    }
}

/// A scalar as Payment Page sends it.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
