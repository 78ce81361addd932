//! What refunds of all methods have in common: their members, their checks, their body.

use std::borrow::Cow;

use ecommpay_model::{
    Description, IpAddress, Json, JsonObject, MerchantRefundId, Money, PaymentId, WebUrl,
};
use ecommpay_signature::SignaturePlace;

use crate::body::{Body, Extra};
use crate::callback_delivery::{CALLBACK, CallbackDelivery};
use crate::general::{GENERAL, INTERFACE_TYPE, general, own_members};
use crate::members::Members;
use crate::ordered::{Ordered, Scalar};
use crate::receipt::{RECEIPT_DATA, Receipt};
use crate::sale::{Check, check_currency};
use crate::section::{Section, section};
use crate::{BuildError, Capabilities, Merchant, Prepared};

const CUSTOMER: &Section = &section!("customer", depth 1, "customer", "customer:", ["ip_address"]);

const PAYMENT: &Section = &section!("payment", depth 1, "payment", "payment:", ["amount", "currency", "description", "merchant_refund_id"]);

const ROOT: &Section = &section!("", depth 0, "", "", ["interface_type"]);

/// Optional members of a refund, the same for all methods.
///
/// ```
/// use ecommpay_gate::RefundOptions;
/// use ecommpay_model::MerchantRefundId;
///
/// # fn main() -> Result<(), ecommpay_model::InvalidValue> {
/// let options = RefundOptions::new().merchant_refund_id(MerchantRefundId::new("refund-17-1")?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RefundOptions {
    general: Members,
    payment: Members,
    receipt_data: Members,
    callback: Members,
    root: Members,
    extra: Extra,
}

impl RefundOptions {
    /// No option set.
    #[must_use]
    pub fn new() -> Self {
        RefundOptions {
            general: Members::new(GENERAL),
            payment: Members::new(PAYMENT),
            receipt_data: Members::new(RECEIPT_DATA),
            callback: Members::new(CALLBACK),
            root: Members::new(ROOT),
            extra: Extra::default(),
        }
    }

    /// `payment.merchant_refund_id`: the shop's own identifier of this refund, unique.
    ///
    /// Set it: the platform refuses a second refund with the same identifier (code 3230), so that a
    /// repeated request can't give money back twice. Callbacks of the refund carry it.
    #[must_use]
    pub fn merchant_refund_id(mut self, id: MerchantRefundId) -> Self {
        self.payment.text("merchant_refund_id", id.as_str());
        self
    }

    /// `general.merchant_callback_url`: takes all callbacks of this refund instead of the project's
    /// address.
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

    /// `receipt_data`: what is given back, for a receipt.
    #[must_use]
    pub fn receipt(mut self, receipt: Receipt) -> Self {
        self.receipt_data = receipt.into_members();
        self
    }

    /// `callback`: when and whether callbacks of this refund are sent.
    #[must_use]
    pub fn callback_delivery(mut self, delivery: CallbackDelivery) -> Self {
        self.callback = delivery.0;
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
    /// refused by `prepare`.
    #[must_use]
    pub fn extra(mut self, path: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.add(path.into(), value.into());
        self
    }

    /// These options with those of `other`; where both set a member, `other` counts.
    #[must_use]
    pub fn merge(mut self, other: RefundOptions) -> Self {
        self.general.merge(other.general);
        self.payment.merge(other.payment);
        self.receipt_data.merge(other.receipt_data);
        self.callback.merge(other.callback);
        self.root.merge(other.root);
        self.extra.merge(other.extra);
        self
    }
}

impl Default for RefundOptions {
    fn default() -> Self {
        RefundOptions::new()
    }
}

/// The part of a refund that does not depend on the method; method crates wrap it in a type of
/// their own.
#[derive(Debug, Clone, PartialEq)]
pub struct RefundCore {
    payment_id: PaymentId,
    share: Share,
    customer: Members,
    options: RefundOptions,
    currency_list: Check,
}

/// How much is given back.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Share {
    /// Everything that is left: no amount is sent.
    Rest,
    /// This sum: amount and currency are sent.
    Part(Money),
    /// This many minor units of the payment's own currency: no currency is sent.
    PartWithoutCurrency(Money),
}

impl RefundCore {
    /// A refund of everything that is left of a payment.
    #[must_use]
    pub fn full(payment_id: PaymentId, description: &Description) -> Self {
        let mut options = RefundOptions::new();
        options.payment.text("description", description.as_str());
        RefundCore {
            payment_id,
            share: Share::Rest,
            customer: Members::new(CUSTOMER),
            options,
            currency_list: Check::On,
        }
    }

    /// A refund of this sum.
    #[must_use]
    pub fn partial(payment_id: PaymentId, description: &Description, sum: Money) -> Self {
        RefundCore {
            share: Share::Part(sum),
            ..RefundCore::full(payment_id, description)
        }
    }

    /// Leaves the currency of a partial refund out.
    #[must_use]
    pub fn without_currency(mut self) -> Self {
        if let Share::Part(sum) = self.share {
            self.share = Share::PartWithoutCurrency(sum);
        }
        self
    }

    /// Sets `customer.ip_address`: where the request for this refund came from.
    #[must_use]
    pub fn ip_address(mut self, ip_address: IpAddress) -> Self {
        self.customer.text("ip_address", &ip_address.to_text());
        self
    }

    /// Adds options; where an option was set before, the new one counts.
    #[must_use]
    pub fn with(mut self, options: RefundOptions) -> Self {
        self.options = self.options.merge(options);
        self
    }

    /// Waives the method's list of currencies.
    #[must_use]
    pub fn without_currency_list(mut self) -> Self {
        self.currency_list = Check::Waived;
        self
    }

    /// The payment to refund.
    #[must_use]
    pub fn payment_id(&self) -> &PaymentId {
        &self.payment_id
    }

    /// The sum of a partial refund, `None` for all that is left.
    #[must_use]
    pub fn sum(&self) -> Option<Money> {
        match self.share {
            Share::Rest => None,
            Share::Part(sum) | Share::PartWithoutCurrency(sum) => Some(sum),
        }
    }

    /// Checks the sum and builds the signed request to this path.
    ///
    /// # Errors
    ///
    /// The currency is none of the method's, an option breaks a rule, or the body can't be signed.
    pub fn prepare(
        &self,
        path: Cow<'static, str>,
        method: &Capabilities,
        merchant: &Merchant,
    ) -> Result<Prepared, BuildError> {
        if let Some(sum) = self.sum()
            && self.currency_list == Check::On
        {
            check_currency(sum, method)?;
        }
        let body = match self.signed_by_known_order(merchant) {
            Some(body) => body,
            None => self.signed_by_tree(merchant)?,
        };
        Ok(Prepared::new(path, body))
    }

    /// The body of a refund whose members are all typed; `None` for others.
    fn signed_by_known_order(&self, merchant: &Merchant) -> Option<Vec<u8>> {
        let options = &self.options;
        let currency = self.sum().map(Money::currency);
        let mut body = Ordered::new();
        body.section(&own_members(merchant, &self.payment_id), &options.general);
        body.section(&[], &self.customer);
        let amount = |sum: Money| ("amount", Scalar::Integer(sum.minor()));
        match (self.share, &currency) {
            (Share::Part(sum), Some(currency)) => {
                let currency = ("currency", Scalar::Text(currency.as_str()));
                body.section(&[amount(sum), currency], &options.payment);
            }
            (Share::Part(sum) | Share::PartWithoutCurrency(sum), _) => {
                body.section(&[amount(sum)], &options.payment);
            }
            (Share::Rest, _) => body.section(&[], &options.payment),
        }
        for members in [&options.receipt_data, &options.callback, &options.root] {
            body.section(&[], members);
        }
        if options.extra.is_empty() {
            body.sign(merchant)
        } else {
            None
        }
    }

    /// The body of any refund.
    fn signed_by_tree(&self, merchant: &Merchant) -> Result<Vec<u8>, BuildError> {
        let mut payment = self.options.payment.clone();
        if let Some(sum) = self.sum() {
            payment.integer("amount", sum.minor());
            if let Share::Part(sum) = self.share {
                payment.text("currency", sum.currency().as_str());
            }
        }
        let mut body = Body::default();
        body.section(&general(merchant, &self.payment_id, &self.options.general));
        body.section(&self.customer);
        body.section(&payment);
        body.section(&self.options.receipt_data);
        body.section(&self.options.callback);
        body.root(&self.options.root);
        body.extra(&self.options.extra)?;
        body.sign(SignaturePlace::General, merchant)
    }
}
