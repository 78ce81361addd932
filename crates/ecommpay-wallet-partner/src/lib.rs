//! Sale and refund with wallet-partner (IN) over Gate.
