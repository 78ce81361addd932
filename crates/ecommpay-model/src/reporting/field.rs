//! The names that `/operations/get` can be asked for.

use crate::open::open_enum;

open_enum! {
    /// A member of [`ReportedOperation`](super::ReportedOperation) that a request can ask for
    /// (`fields`), an open enum: a name the platform adds one day can be asked for as well.
    ///
    /// ```
    /// use ecommpay_model::reporting::ReportField;
    ///
    /// assert_eq!(ReportField::SumInitialAmount.as_str(), "sum_initial.amount");
    /// assert_eq!(ReportField::from("brand_new").as_str(), "brand_new");
    /// ```
    ReportField {
        /// `project_id`.
        ProjectId = "project_id",
        /// `operation_id`.
        OperationId = "operation_id",
        /// `payment_id`.
        PaymentId = "payment_id",
        /// `operation_type`.
        OperationType = "operation_type",
        /// `operation_status`.
        OperationStatus = "operation_status",
        /// `account_number`.
        AccountNumber = "account_number",
        /// `customer_ip`.
        CustomerIp = "customer_ip",
        /// `payment_method_name`.
        PaymentMethodName = "payment_method_name",
        /// `payment_method_type`.
        PaymentMethodType = "payment_method_type",
        /// `payment_description`.
        PaymentDescription = "payment_description",
        /// `operation_created_at`.
        OperationCreatedAt = "operation_created_at",
        /// `operation_completed_at`.
        OperationCompletedAt = "operation_completed_at",
        /// `provider_date`.
        ProviderDate = "provider_date",
        /// `shipment_date`.
        ShipmentDate = "shipment_date",
        /// `sum_initial`.
        SumInitial = "sum_initial",
        /// `sum_initial.amount`.
        SumInitialAmount = "sum_initial.amount",
        /// `sum_initial.currency`.
        SumInitialCurrency = "sum_initial.currency",
        /// `sum_converted`.
        SumConverted = "sum_converted",
        /// `sum_converted.amount`.
        SumConvertedAmount = "sum_converted.amount",
        /// `sum_converted.currency`.
        SumConvertedCurrency = "sum_converted.currency",
        /// `arn`.
        Arn = "arn",
        /// `rrn`.
        Rrn = "rrn",
        /// `payment_provider_code`.
        PaymentProviderCode = "payment_provider_code",
        /// `payment_provider_message`.
        PaymentProviderMessage = "payment_provider_message",
        /// `acquirer_bank_name`.
        AcquirerBankName = "acquirer_bank_name",
        /// `auth_code`.
        AuthCode = "auth_code",
        /// `avs_post_code`.
        AvsPostCode = "avs_post_code",
        /// `avs_result`.
        AvsResult = "avs_result",
        /// `avs_street_address`.
        AvsStreetAddress = "avs_street_address",
        /// `balance_id`.
        BalanceId = "balance_id",
        /// `bank_name`.
        BankName = "bank_name",
        /// `bin`.
        Bin = "bin",
        /// `card_enroll_check`.
        CardEnrollCheck = "card_enroll_check",
        /// `card_holder`.
        CardHolder = "card_holder",
        /// `card_product_name`.
        CardProductName = "card_product_name",
        /// `card_token`.
        CardToken = "card_token",
        /// `completed_refund`.
        CompletedRefund = "completed_refund",
        /// `country_by_ip`.
        CountryByIp = "country_by_ip",
        /// `country_by_bin`.
        CountryByBin = "country_by_bin",
        /// `currency_rate`.
        CurrencyRate = "currency_rate",
        /// `customer_email`.
        CustomerEmail = "customer_email",
        /// `customer_id`.
        CustomerId = "customer_id",
        /// `eci`.
        Eci = "eci",
        /// `expiration_date`.
        ExpirationDate = "expiration_date",
        /// `legal_entity_name`.
        LegalEntityName = "legal_entity_name",
        /// `merchant_id`.
        MerchantId = "merchant_id",
        /// `payment_currency`.
        PaymentCurrency = "payment_currency",
        /// `payment_type`.
        PaymentType = "payment_type",
        /// `project_name`.
        ProjectName = "project_name",
        /// `project_url`.
        ProjectUrl = "project_url",
        /// `provider_payment_id`.
        ProviderPaymentId = "provider_payment_id",
        /// `recurring_id`.
        RecurringId = "recurring_id",
        /// `recurring_register`.
        RecurringRegister = "recurring_register",
        /// `recurring_valid_thru`.
        RecurringValidThru = "recurring_valid_thru",
        /// `remaining_refund`.
        RemainingRefund = "remaining_refund",
        /// `secure_3ds_check`.
        Secure3dsCheck = "secure_3ds_check",
        /// `transaction_completed_at`.
        TransactionCompletedAt = "transaction_completed_at",
        /// `transaction_created_at`.
        TransactionCreatedAt = "transaction_created_at",
        /// `transaction_status`.
        TransactionStatus = "transaction_status",
    }
}
