//! Signing and verifying ecommpay requests, callbacks and Payment Page parameters.
