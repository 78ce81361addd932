//! Customer, payer and recipient: section 5.3 of the notes on the Payment Page.

use ecommpay_model::{Country, Email, Phone};

use super::{TEXT, parameters};
use crate::Opening;
use crate::rule::Rule;
use crate::value::Value;

/// Amounts in minor units, as far as the platform takes them.
const AMOUNT: Rule = Rule::Range {
    min: 0,
    max: 10_000_000_000_000,
};

parameters! {
    /// First name; up to 255.
    customer_first_name: Text, TEXT;
    /// Last name; up to 255.
    customer_last_name: Text, TEXT;
    /// Middle name or patronymic; up to 255.
    customer_middle_name: Text, TEXT;
    /// Address in one text; up to 255.
    customer_address: Text, TEXT;
    /// Street; up to 255.
    customer_street: Text, TEXT;
    /// City; up to 255.
    customer_city: Text, TEXT;
    /// State or region; up to 255.
    customer_state: Text, TEXT;
    /// Place of birth; up to 255.
    customer_birthplace: Text, TEXT;
    /// E-mail address.
    customer_email: Email;
    /// Phone with country code, 4 to 24 digits; `extra` for a form with punctuation, as agreed.
    customer_phone: Phone;
    /// Postal code; up to 10.
    customer_zip: Text, Rule::Length { max: 10 };
    /// Country.
    customer_country: Country;
    /// Date of birth as `DD-MM-YYYY`.
    customer_day_of_birth: Text, Rule::Date;
    /// The last four digits of a social security number of the United States.
    customer_ssn: Text, Rule::Digits { min: 4, max: 4 };
    /// Account in the payment system: wallet, e-mail, phone without `+`, or login at the bank, which
    /// Alfa-Click needs; up to 255.
    customer_account_number: Text, TEXT;
    /// Confirmation code of a wallet or an account; up to 255.
    customer_security_code: Text, TEXT;
    /// † Name of the account's holder; up to 255.
    account_customer_name: Text, TEXT;
    /// † Number of an account; up to 255.
    account_number: Text, TEXT;
    /// † Province of an account; up to 255.
    account_province: Text, TEXT;
    /// Name on the card, filled in but open to change; up to 255.
    card_holder: Text, TEXT;
    /// Postal code for the address check; up to 255.
    avs_post_code: Text, TEXT;
    /// Street for the address check; up to 255.
    avs_street_address: Text, TEXT;
    /// Street of the billing address; up to 255.
    billing_address: Text, TEXT;
    /// City of the billing address; up to 255.
    billing_city: Text, TEXT;
    /// Country of the billing address.
    billing_country: Country;
    /// Postal code of the billing address; up to 255.
    billing_postal: Text, TEXT;
    /// Region of the billing address; up to 255.
    billing_region: Text, TEXT;
    /// Second part of the region's code by ISO 3166-2; needs `billing_country`; up to 255.
    billing_region_code: Text, TEXT;
    /// Sender's first name; up to 255.
    sender_first_name: Text, TEXT;
    /// Sender's last name; up to 255.
    sender_last_name: Text, TEXT;
    /// Sender's postal code; up to 255.
    sender_zip: Text, TEXT;
    /// Sender's address; up to 99.
    sender_address: Text, Rule::Length { max: 99 };
    /// Sender's city; up to 25.
    sender_city: Text, Rule::Length { max: 25 };
    /// Sender's country.
    sender_country: Country;
    /// Sender's state; up to 255.
    sender_state: Text, TEXT;
    /// Sender's wallet; up to 64.
    sender_wallet_id: Text, Rule::Length { max: 64 };
    /// Recipient's first name; up to 255.
    recipient_first_name: Text, TEXT;
    /// Recipient's last name; up to 255.
    recipient_last_name: Text, TEXT;
    /// Name on the recipient's card; up to 255.
    recipient_card_holder: Text, TEXT;
    /// Owner of the recipient's wallet; up to 255.
    recipient_wallet_owner: Text, TEXT;
    /// Recipient's address; up to 99.
    recipient_address: Text, Rule::Length { max: 99 };
    /// Recipient's city; up to 25.
    recipient_city: Text, Rule::Length { max: 25 };
    /// Recipient's country.
    recipient_country: Country;
    /// Recipient's state; up to 255.
    recipient_state: Text, TEXT;
    /// Code of the recipient's state; up to 255.
    recipient_state_code: Text, TEXT;
    /// Recipient's date of birth as `DD-MM-YYYY`.
    recipient_day_of_birth: Text, Rule::Date;
    /// Number of the recipient's card: 12 to 19 digits.
    recipient_pan: Text, Rule::Digits { min: 12, max: 19 };
    /// Recipient's wallet; up to 64.
    recipient_wallet_id: Text, Rule::Length { max: 64 };
    /// † Number of instalments, in months; from 1.
    customer_installment_count: Whole, Rule::Range { min: 1, max: 1200 };
    /// † Mode in which the old cashier form opens; up to 255.
    cashier_default_mode: Text, TEXT;
    /// † The only mode of the old cashier form; up to 255.
    cashier_force_mode: Text, TEXT;
    /// † Whether the old cashier form takes an amount by hand; up to 255.
    cashier_manual_input: Text, TEXT;
    /// † Least amount of the old cashier form, in minor units.
    cashier_min_value: Whole, AMOUNT;
    /// † Greatest amount of the old cashier form, in minor units.
    cashier_max_value: Whole, AMOUNT;
}

impl Opening {
    /// † Amounts that the old cashier form offers, sent as a list with commas.
    #[must_use]
    pub fn cashier_predefined_amounts(self, amounts: impl IntoIterator<Item = i64>) -> Self {
        let amounts: Vec<String> = amounts
            .into_iter()
            .map(|amount| amount.to_string())
            .collect();
        self.set(
            "cashier_predefined_amounts",
            Value::Text(amounts.join(",")),
            TEXT,
        )
    }
}
