//! The opening parameters, declared in tables: name, type, rule and meaning.
//!
//! Limits are maximum numbers of characters. Names marked † are of older pages and libraries of the
//! platform; they are sent all the same, and nobody promises that they are read.

mod choice;
mod core;
mod display;
mod parties;
mod structured;

/// Declares setters of [`Opening`](crate::Opening).
///
/// A line `name: Text, rule;` takes any text and keeps the rule for the check before signing,
/// `name: Whole, rule;` does so for a whole number, and `name: Type;` takes a type that cannot
/// hold a wrong value.
macro_rules! parameters {
    ($( $(#[$doc:meta])+ $name:ident: $kind:ident $(, $rule:expr)?; )+) => {
        impl crate::Opening {
            $( parameters! { @setter $(#[$doc])+ $name: $kind $(, $rule)? } )+
        }

        #[cfg(test)]
        pub(super) const NAMES: &[&str] = &[$( stringify!($name) ),+];
    };
    (@setter $(#[$doc:meta])+ $name:ident: Text, $rule:expr) => {
        $(#[$doc])+
        #[must_use]
        pub fn $name(self, text: impl Into<String>) -> Self {
            self.set(stringify!($name), crate::value::Value::Text(text.into()), $rule)
        }
    };
    (@setter $(#[$doc:meta])+ $name:ident: Whole, $rule:expr) => {
        $(#[$doc])+
        #[must_use]
        pub fn $name(self, number: i64) -> Self {
            self.set(stringify!($name), crate::value::Value::Integer(number), $rule)
        }
    };
    (@setter $(#[$doc:meta])+ $name:ident: $type:ident) => {
        $(#[$doc])+
        #[must_use]
        pub fn $name(self, value: impl Into<$type>) -> Self {
            let value: $type = value.into();
            self.set(stringify!($name), value.into(), crate::rule::Rule::Any)
        }
    };
}

pub(crate) use parameters;

/// A short text, as most parameters are.
const TEXT: crate::rule::Rule = crate::rule::Rule::Length { max: 255 };

#[cfg(test)]
mod tests {
    /// The names of section 5 of the notes on the Payment Page, typed from there; `signature` and
    /// `frame_mode` are not set by a caller.
    const SECTION_5: &str = "
        project_id payment_id payment_amount payment_currency customer_id mode operation_type
        payment_description payment_extra_param interface_type account_token moto_type terminal_id
        style_id region_code language_code best_before merchant_callback_url
        merchant_success_callback_url merchant_decline_callback_url merchant_data merchant_domain
        descriptor uuid debt_account payment_cryptocurrency_type identify_doc_number
        identify_doc_type checkout_script
        force_payment_method force_payment_group force_payment_method_subtype
        default_payment_method hide list_payment_block payment_methods_options force_acs_new_window
        customer_first_name customer_last_name customer_middle_name customer_address
        customer_street customer_city customer_state customer_birthplace customer_email
        customer_phone customer_zip customer_country customer_day_of_birth customer_ssn
        customer_account_number customer_security_code account_customer_name account_number
        account_province card_holder avs_post_code avs_street_address billing_address billing_city
        billing_country billing_postal billing_region billing_region_code sender_first_name
        sender_last_name sender_zip sender_address sender_city sender_country sender_state
        sender_wallet_id recipient_first_name recipient_last_name recipient_card_holder
        recipient_wallet_owner recipient_address recipient_city recipient_country recipient_state
        recipient_state_code recipient_day_of_birth recipient_pan recipient_wallet_id
        customer_installment_count cashier_default_mode cashier_force_mode cashier_manual_input
        cashier_min_value cashier_max_value cashier_predefined_amounts
        target_element redirect redirect_on_mobile close_on_missclick css_modal_wrap baseUrl
        redirect_success_url redirect_fail_url redirect_return_url redirect_tokenize_url
        redirect_success_mode redirect_fail_mode redirect_tokenize_mode merchant_success_url
        merchant_fail_url merchant_return_url merchant_success_enabled merchant_fail_enabled
        merchant_return_enabled merchant_success_redirect_mode merchant_fail_redirect_mode
        merchant_return_redirect_mode redirect_success_enabled redirect_fail_enabled
        booking_info receipt_data cash_voucher_data addendum_data customer_account_info
        customer_shipping customer_mpi_result payment_merchant_risk recurring recurring_register";

    /// Set by constructors or by setters written out by hand.
    const BY_HAND: &str = "project_id payment_id payment_amount payment_currency customer_id mode
        interface_type uuid hide cashier_predefined_amounts baseUrl";

    #[test]
    fn every_documented_parameter_has_a_setter() {
        let tables = [
            super::core::NAMES,
            super::choice::NAMES,
            super::parties::NAMES,
            super::display::NAMES,
            super::structured::NAMES,
        ];
        let mut declared: Vec<&str> = tables.into_iter().flatten().copied().collect();
        declared.extend(BY_HAND.split_whitespace());
        declared.sort_unstable();
        let mut documented: Vec<&str> = SECTION_5.split_whitespace().collect();
        documented.sort_unstable();
        assert_eq!(declared, documented);
    }
}
