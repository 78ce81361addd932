//! From the raw bytes of a callback to a verified, typed event and the state of the payment.
