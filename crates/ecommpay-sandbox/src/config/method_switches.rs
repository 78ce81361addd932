//! Settings of a method that are off unless a project needs them.

use super::method::MethodSettings;

impl MethodSettings {
    /// Lets a purchase of `asked` minor units be paid with `paid` instead: it succeeds, and the
    /// final callback carries the sum actually paid. The documentation has this for the test
    /// amount 90000 of newer bank methods.
    #[must_use]
    pub fn paid_sum(mut self, asked: i64, paid: i64) -> Self {
        self.paid_sums.insert(asked, paid);
        self
    }

    /// Through how many providers a redirected sale goes at most before it is declined. With 2
    /// a decline of the first leads to another callback with `redirect_data`.
    #[must_use]
    pub fn provider_attempts(mut self, times: u32) -> Self {
        self.provider_attempts = times;
        self
    }

    /// Whether payment links offer this method.
    #[must_use]
    pub fn payment_links(mut self, offered: bool) -> Self {
        self.payment_links = offered;
        self
    }
}
