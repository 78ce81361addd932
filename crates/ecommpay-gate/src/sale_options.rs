//! Everything a sale may carry beyond what its method requires.

use ecommpay_model::{Description, Json, JsonObject, Money, Text255, Timestamp, WebUrl};

use crate::account::{ACCOUNT, Account};
use crate::additional_data::AdditionalData;
use crate::body::{Body, Extra};
use crate::callback_delivery::{CALLBACK, CallbackDelivery};
use crate::general::{GENERAL, INTERFACE_TYPE};
use crate::members::Members;
use crate::ordered::Ordered;
use crate::receipt::{RECEIPT_DATA, Receipt};
use crate::recurring::{RECURRING, Recurring};
use crate::section::{Section, section};

pub(crate) const PAYMENT: &Section = &section!("payment", depth 1, "payment", "payment:", [
    "amount",
    "currency",
    "customer_amount",
    "customer_currency",
    "description",
    "extra_param",
    "best_before",
    "is_fast",
]);

const RETURN_URL: &Section =
    &section!("return_url", depth 1, "return_url", "return_url:", ["success", "decline", "return"]);

const ROOT: &Section =
    &section!("", depth 0, "", "", ["recurring_register", "addendum", "interface_type"]);

/// Optional members of a sale, the same for all methods: the documentation allows every member of
/// the specification.
///
/// Which of them a method needs is in the documentation of its `Sale`. What has no setter here is
/// reached with [`extra`](SaleOptions::extra). A shop can make its usual options once and give them
/// to the sales of every method.
///
/// ```
/// use ecommpay_gate::SaleOptions;
/// use ecommpay_model::{Description, WebUrl};
///
/// # fn main() -> Result<(), ecommpay_model::InvalidValue> {
/// let usual = SaleOptions::new()
///     .merchant_callback_url(WebUrl::new("https://shop.example/callbacks")?)
///     .success_url(WebUrl::new("https://shop.example/paid")?);
/// let for_this_order = usual
///     .description(Description::new("order 17")?)
///     .extra("payment.moto_type", 0_i64);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SaleOptions {
    pub(crate) general: Members,
    pub(crate) payment: Members,
    pub(crate) return_url: Members,
    account: Members,
    receipt_data: Members,
    callback: Members,
    recurring: Members,
    additional_data: Option<AdditionalData>,
    root: Members,
    extra: Extra,
}

impl SaleOptions {
    /// No option set.
    #[must_use]
    pub fn new() -> Self {
        SaleOptions {
            general: Members::new(GENERAL),
            payment: Members::new(PAYMENT),
            return_url: Members::new(RETURN_URL),
            account: Members::new(ACCOUNT),
            receipt_data: Members::new(RECEIPT_DATA),
            callback: Members::new(CALLBACK),
            recurring: Members::new(RECURRING),
            additional_data: None,
            root: Members::new(ROOT),
            extra: Extra::default(),
        }
    }

    /// `general.merchant_callback_url`: takes all callbacks of this payment instead of the
    /// project's address.
    #[must_use]
    pub fn merchant_callback_url(mut self, url: WebUrl) -> Self {
        self.general.text("merchant_callback_url", url.as_str());
        self
    }

    /// `general.merchant_success_callback_url`: takes the callback of a final success, before any
    /// other address.
    #[must_use]
    pub fn merchant_success_callback_url(mut self, url: WebUrl) -> Self {
        self.general
            .text("merchant_success_callback_url", url.as_str());
        self
    }

    /// `general.merchant_decline_callback_url`: takes the callback of a final decline, before any
    /// other address.
    #[must_use]
    pub fn merchant_decline_callback_url(mut self, url: WebUrl) -> Self {
        self.general
            .text("merchant_decline_callback_url", url.as_str());
        self
    }

    /// `general.terminal_callback_url`: a service member of the payment form.
    #[must_use]
    pub fn terminal_callback_url(mut self, url: WebUrl) -> Self {
        self.general.text("terminal_callback_url", url.as_str());
        self
    }

    /// `general.referrer_url`: the page the customer came to the payment form from.
    #[must_use]
    pub fn referrer_url(mut self, url: WebUrl) -> Self {
        self.general.text("referrer_url", url.as_str());
        self
    }

    /// `payment.description`: what is paid for.
    #[must_use]
    pub fn description(mut self, description: Description) -> Self {
        self.payment.text("description", description.as_str());
        self
    }

    /// `payment.extra_param`: further settings of processing, as agreed with the platform.
    #[must_use]
    pub fn extra_param(mut self, settings: Text255) -> Self {
        self.payment.text("extra_param", settings.as_str());
        self
    }

    /// `payment.best_before`: the payment is not accepted after this time.
    ///
    /// Times more than 30 days ahead are said to be ignored, as a production integration found.
    #[must_use]
    pub fn best_before(mut self, time: Timestamp) -> Self {
        self.payment.text("best_before", &time.to_rfc3339());
        self
    }

    /// `payment.is_fast`: asks for a fast payment.
    #[must_use]
    pub fn fast(mut self) -> Self {
        self.payment.flag("is_fast");
        self
    }

    /// `payment.customer_amount` and `payment.customer_currency`: the sum in the currency the
    /// customer chose.
    #[must_use]
    pub fn sum_for_the_customer(mut self, sum: Money) -> Self {
        self.payment.integer("customer_amount", sum.minor());
        self.payment
            .text("customer_currency", sum.currency().as_str());
        self
    }

    /// `return_url.success`: where the customer goes after the payment was made.
    #[must_use]
    pub fn success_url(mut self, url: WebUrl) -> Self {
        self.return_url.text("success", url.as_str());
        self
    }

    /// `return_url.decline`: where the customer goes after a decline.
    #[must_use]
    pub fn decline_url(mut self, url: WebUrl) -> Self {
        self.return_url.text("decline", url.as_str());
        self
    }

    /// `return_url.return`: where the customer goes at any step of the payment.
    ///
    /// Without any return address the one set for the project is used.
    #[must_use]
    pub fn return_url(mut self, url: WebUrl) -> Self {
        self.return_url.text("return", url.as_str());
        self
    }

    /// `account`: the customer's account with the method.
    #[must_use]
    pub fn account(mut self, account: Account) -> Self {
        self.account = account.0;
        self
    }

    /// `receipt_data`: what is bought, for a receipt.
    #[must_use]
    pub fn receipt(mut self, receipt: Receipt) -> Self {
        self.receipt_data = receipt.into_members();
        self
    }

    /// `callback`: when and whether callbacks of this payment are sent.
    #[must_use]
    pub fn callback_delivery(mut self, delivery: CallbackDelivery) -> Self {
        self.callback = delivery.0;
        self
    }

    /// `recurring`: the terms of payments that follow this one.
    #[must_use]
    pub fn recurring(mut self, recurring: Recurring) -> Self {
        self.recurring = recurring.0;
        self
    }

    /// `recurring_register`: registers this payment for recurring ones.
    #[must_use]
    pub fn register_as_recurring(mut self) -> Self {
        self.root.flag("recurring_register");
        self
    }

    /// `additional_data`: members a provider needs beyond the usual ones.
    #[must_use]
    pub fn additional_data(mut self, data: AdditionalData) -> Self {
        self.additional_data = Some(data);
        self
    }

    /// `addendum`: industry data such as a hotel stay; its members are sent as they are.
    #[must_use]
    pub fn addendum(mut self, addendum: JsonObject) -> Self {
        self.root.set("addendum", Json::Object(addendum));
        self
    }

    /// `interface_type.id`: the number the platform gave a shop system or integration.
    #[must_use]
    pub fn interface_type(mut self, id: u32) -> Self {
        self.root.set(
            INTERFACE_TYPE,
            Json::Object(JsonObject::from_iter([("id", id)])),
        );
        self
    }

    /// Any other member of the specification, by its path of names joined by dots, signed and sent
    /// as it is.
    ///
    /// A path that this request sets itself, or that has `signature` or `frame_mode` in it, is
    /// refused by `prepare`. Numbers with a fraction can't be signed unambiguously; send them as
    /// text.
    #[must_use]
    pub fn extra(mut self, path: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.add(path.into(), value.into());
        self
    }

    /// These options with those of `other`; where both set a member, `other` counts.
    #[must_use]
    pub fn merge(mut self, other: SaleOptions) -> Self {
        self.general.merge(other.general);
        self.payment.merge(other.payment);
        self.return_url.merge(other.return_url);
        self.account.merge(other.account);
        self.receipt_data.merge(other.receipt_data);
        self.callback.merge(other.callback);
        self.recurring.merge(other.recurring);
        self.additional_data = other.additional_data.or(self.additional_data);
        self.root.merge(other.root);
        self.extra.merge(other.extra);
        self
    }

    /// Puts everything after `payment` into a body of typed members; `None` if there is more.
    pub(crate) fn fill_ordered<'r>(&'r self, body: &mut Ordered<'r>) -> Option<()> {
        for members in [
            &self.return_url,
            &self.account,
            &self.receipt_data,
            &self.callback,
            &self.recurring,
            &self.root,
        ] {
            body.section(&[], members);
        }
        (self.additional_data.is_none() && self.extra.is_empty()).then_some(())
    }

    /// Puts everything after `payment` into a body.
    pub(crate) fn fill(&self, body: &mut Body) -> Result<(), crate::BuildError> {
        body.section(&self.return_url);
        body.section(&self.account);
        body.section(&self.receipt_data);
        body.section(&self.callback);
        body.section(&self.recurring);
        if let Some(data) = &self.additional_data {
            body.open_section("additional_data", &data.0)?;
        }
        body.root(&self.root);
        body.extra(&self.extra)
    }
}

impl Default for SaleOptions {
    fn default() -> Self {
        SaleOptions::new()
    }
}
