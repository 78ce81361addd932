//! Kinds of payments, operations, methods and shown data.

use crate::open::open_enum;

open_enum! {
    /// Kind of a payment (`payment.type`), an open enum: unknown texts are kept.
    ///
    /// A refund is a part of the purchase, so its callbacks still say [`PaymentType::Purchase`].
    PaymentType {
        /// `purchase`.
        Purchase = "purchase",
        /// `recurring`.
        Recurring = "recurring",
        /// `invoice`.
        Invoice = "invoice",
        /// `payout`.
        Payout = "payout",
        /// `account verification`.
        AccountVerification = "account verification",
        /// `money transfer`.
        MoneyTransfer = "money transfer",
    }
}

open_enum! {
    /// Kind of an operation (`operation.type`), an open enum: unknown texts are kept.
    OperationType {
        /// `sale`: the customer pays in one step.
        Sale = "sale",
        /// `auth`: funds are held.
        Auth = "auth",
        /// `capture`: held funds are taken.
        Capture = "capture",
        /// `cancel`: a hold is released.
        Cancel = "cancel",
        /// `refund`: money is given back.
        Refund = "refund",
        /// `reversal`: everything is given back before the operation day closes.
        Reversal = "reversal",
        /// `recurring`: a payment repeated by agreement.
        Recurring = "recurring",
        /// `payout`: money goes to the customer.
        Payout = "payout",
        /// `account verification`.
        AccountVerification = "account verification",
        /// `payment confirmation`: made by the platform after a sale when the method confirms it.
        PaymentConfirmation = "payment confirmation",
        /// `incremental`.
        Incremental = "incremental",
        /// `invoice`.
        Invoice = "invoice",
        /// `recurring update`.
        RecurringUpdate = "recurring update",
        /// `recurring cancel`.
        RecurringCancel = "recurring cancel",
        /// `refund reverse`: a refund is taken back.
        RefundReverse = "refund reverse",
        /// `manual change`.
        ManualChange = "manual change",
        /// `create_cash_voucher`.
        CreateCashVoucher = "create_cash_voucher",
        /// `commission`.
        Commission = "commission",
        /// `customer action`.
        CustomerAction = "customer action",
        /// `capture settlement`.
        CaptureSettlement = "capture settlement",
        /// `contract registration`.
        ContractRegistration = "contract registration",
    }
}

impl OperationType {
    /// Whether the operation gives money back to the customer: `refund` or `reversal`.
    #[must_use]
    pub fn gives_money_back(&self) -> bool {
        matches!(self, Self::Refund | Self::Reversal)
    }
}

open_enum! {
    /// Code of a payment method (`payment.method`), an open enum: unknown texts are kept.
    MethodCode {
        /// `alipay`.
        Alipay = "alipay",
        /// `alfa-click`.
        AlfaClick = "alfa-click",
        /// `wallet-partner`: wallets of India through a partner.
        WalletPartner = "wallet-partner",
    }
}

open_enum! {
    /// Kind of a piece of shown data (`display_data[].type`), an open enum: unknown texts are kept.
    DisplayKind {
        /// `qr_url`: the URL of a QR code image.
        QrUrl = "qr_url",
        /// `qr_img`: a QR code image in Base64, sometimes as a `data:` URI.
        QrImage = "qr_img",
        /// `qr_data`: text to be encoded into a QR code.
        QrData = "qr_data",
        /// `add_info`: free text named by its title.
        AdditionalInformation = "add_info",
        /// `check_deposit`: seen with methods outside this project.
        CheckDeposit = "check_deposit",
        /// `verify`: seen with methods outside this project.
        Verify = "verify",
    }
}
