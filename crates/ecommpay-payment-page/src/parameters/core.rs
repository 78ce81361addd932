//! Payment, project and form: section 5.1 of the notes on the Payment Page.

use ecommpay_model::{Country, Language, WebUrl};

use super::{TEXT, parameters};
use crate::best_before::BestBefore;
use crate::choices::{CryptocurrencyType, MotoType, PurchaseOperation, Switch};
use crate::rule::Rule;

parameters! {
    /// Whether the purchase is made in one step or two.
    operation_type: PurchaseOperation;
    /// What is bought, shown to the customer; up to 255.
    payment_description: Text, TEXT;
    /// A value agreed with the platform, passed on to the provider; up to 255.
    payment_extra_param: Text, TEXT;
    /// Token of a saved account or card, up to 255; stronger than `force_payment_method`.
    account_token: Text, TEXT;
    /// That the order came by mail or telephone.
    moto_type: MotoType;
    /// Design of the form up to its fourth generation; from 1.
    terminal_id: Whole, Rule::Range { min: 1, max: u32::MAX as i64 };
    /// Design of the form from its fifth generation; from 1.
    style_id: Whole, Rule::Range { min: 1, max: u32::MAX as i64 };
    /// The customer's country, for the choice of methods; found by the IP address if absent.
    region_code: Country;
    /// Language of the form; Alipay needs `zh`.
    language_code: Language;
    /// Until when the customer may pay.
    best_before: BestBefore;
    /// Where callbacks of this payment go, in place of the project's address.
    merchant_callback_url: WebUrl;
    /// Where the callback of the final success goes.
    merchant_success_callback_url: WebUrl;
    /// Where the callback of the final decline goes.
    merchant_decline_callback_url: WebUrl;
    /// Data that comes back in callbacks, where that has been agreed.
    merchant_data: Text, Rule::Length { max: 65_535 };
    /// Domain of the shop, for buttons of Apple Pay and Google Pay; up to 255.
    merchant_domain: Text, TEXT;
    /// † Text on the customer's statement: up to 13 printable ASCII characters.
    descriptor: Text, Rule::Ascii { max: 13 };
    /// Account of a debt that is paid: up to 10 Latin letters and digits.
    debt_account: Text, Rule::LettersAndDigits { max: 10 };
    /// Kind of digital currency.
    payment_cryptocurrency_type: CryptocurrencyType;
    /// † Number of an identity document; up to 255.
    identify_doc_number: Text, TEXT;
    /// † Kind of that document; up to 255.
    identify_doc_type: Text, TEXT;
    /// Payment by token without the security code.
    checkout_script: Switch;
}
