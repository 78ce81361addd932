//! Sale and refund with Alfa-Click over Gate.
