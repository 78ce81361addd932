//! Sale and refund with Alipay over Gate.
