//! Values with an inside of their own: section 5.5 of the notes on the Payment Page.

use super::parameters;
use crate::choices::Switch;
use crate::structured::{Base64Json, JsonText};

parameters! {
    /// What was booked; see [`BookingInfo`](crate::BookingInfo).
    booking_info: Base64Json;
    /// The receipt's positions; see [`Receipt`](crate::Receipt).
    receipt_data: Base64Json;
    /// Fiscal receipt by Russian law 54-FZ.
    cash_voucher_data: Base64Json;
    /// Itinerary of a journey.
    addendum_data: Base64Json;
    /// The customer's account in the shop: `address_match`, `home_phone`, `work_phone`, `account`.
    customer_account_info: Base64Json;
    /// Delivery: `shipping`.
    customer_shipping: Base64Json;
    /// Result of an earlier 3-D Secure check: `mpi_result`.
    customer_mpi_result: Base64Json;
    /// What the shop knows of the risk: `challenge_indicator`, `challenge_window`, `preorder_…`,
    /// `reorder`, `gift_card`.
    payment_merchant_risk: Base64Json;
    /// Terms of repeated payments, such as `{"register":true,"type":"U"}`.
    recurring: JsonText;
    /// That this payment agrees to repeated payments.
    recurring_register: Switch;
}
