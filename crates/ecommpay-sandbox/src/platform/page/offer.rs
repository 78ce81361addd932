//! Which methods Payment Page offers.

use super::super::project::Project;
use super::parameters::Parameters;
use crate::config::Method;

/// The methods to offer, and why each of the others is not.
pub(super) fn offer(
    project: &Project,
    parameters: &Parameters,
) -> (Vec<Method>, Vec<(Method, &'static str)>) {
    let forced = parameters.text("force_payment_method");
    let mut offered = Vec::new();
    let mut withheld = Vec::new();
    for method in Method::ALL {
        if forced.is_some_and(|code| code != method.code()) {
            continue;
        }
        match reason_against(project, parameters, method) {
            None => offered.push(method),
            Some(reason) => withheld.push((method, reason)),
        }
    }
    (offered, withheld)
}

fn reason_against(
    project: &Project,
    parameters: &Parameters,
    method: Method,
) -> Option<&'static str> {
    let Some(settings) = project.settings(method).filter(|settings| settings.enabled) else {
        return Some("switched off in the project");
    };
    let currency = parameters.text("payment_currency").unwrap_or_default();
    let among = |list: &[String]| list.iter().any(|known| known == currency);
    if !among(&settings.currencies) {
        return Some("does not take this currency");
    }
    if project.is_test()
        && !settings.test_currencies.is_empty()
        && !among(&settings.test_currencies)
    {
        return Some("does not take this currency in a test project");
    }
    if settings.limits.get(currency).is_some_and(|limits| {
        let amount = parameters.amount();
        amount < limits.minimum || limits.maximum.is_some_and(|maximum| amount > maximum)
    }) {
        return Some("does not take this amount");
    }
    if parameters.hides(method) {
        return Some("hidden by the shop");
    }
    if method == Method::Alipay && !parameters.language_is_zh() {
        return Some("needs language_code zh");
    }
    None
}
