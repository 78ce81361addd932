//! Which methods Payment Page offers.

use super::super::project::Project;
use super::parameters::Parameters;
use crate::config::Method;

/// What the customer can choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The methods to offer; the one that opens first is the first.
    pub(crate) methods: Vec<Method>,
    /// The others, each with the reason.
    pub(crate) withheld: Vec<(Method, &'static str)>,
    /// The first method opens by itself: the shop has made it the default.
    pub(crate) first_opens: bool,
}

impl Offer {
    /// Why there is nothing to offer, for the shop's developer.
    pub(super) fn problems(&self, parameters: &Parameters) -> Vec<String> {
        if let Some(code) = parameters.text("force_payment_method")
            && Method::from_code(code).is_none()
        {
            return vec![
                "force_payment_method: the project has no method with this code".to_owned(),
            ];
        }
        let reasons = self.withheld.iter();
        reasons
            .map(|(method, reason)| format!("{}: {reason}", method.code()))
            .collect()
    }
}

/// The methods to offer, and why each of the others is not.
pub(super) fn offer(project: &Project, parameters: &Parameters) -> Offer {
    let forced = parameters.text("force_payment_method");
    let mut methods = Vec::new();
    let mut withheld = Vec::new();
    for method in Method::ALL {
        if forced.is_some_and(|code| code != method.code()) {
            continue;
        }
        match reason_against(project, parameters, method) {
            None => methods.push(method),
            Some(reason) => withheld.push((method, reason)),
        }
    }
    let default = parameters
        .text("default_payment_method")
        .and_then(|code| methods.iter().position(|method| method.code() == code));
    if let Some(place) = default {
        methods[..=place].rotate_right(1);
    }
    Offer {
        first_opens: default.is_some() && methods.len() > 1,
        methods,
        withheld,
    }
}

fn reason_against(
    project: &Project,
    parameters: &Parameters,
    method: Method,
) -> Option<&'static str> {
    let Some(settings) = project.settings(method).filter(|settings| settings.enabled) else {
        return Some("switched off in the project");
    };
    let among = |list: &[String], text: &str| list.iter().any(|known| known == text);
    let currency = parameters.text("payment_currency").unwrap_or_default();
    if !among(&settings.currencies, currency) {
        return Some("does not take this currency");
    }
    if project.is_test()
        && !settings.test_currencies.is_empty()
        && !among(&settings.test_currencies, currency)
    {
        return Some("does not take this currency in a test project");
    }
    if settings.limits.get(currency).is_some_and(|limits| {
        let amount = parameters.amount();
        amount < limits.minimum || limits.maximum.is_some_and(|maximum| amount > maximum)
    }) {
        return Some("does not take this amount");
    }
    if project.config.payment_page.filter_by_country
        && parameters
            .text("region_code")
            .is_some_and(|country| !among(&settings.countries, country))
    {
        return Some("not available in the country of region_code");
    }
    // The documented group holds other methods than these three.
    if parameters.text("force_payment_method").is_none()
        && parameters.text("force_payment_group").is_some()
    {
        return Some("not in the group of force_payment_group");
    }
    if parameters.hides(method) {
        return Some("hidden by the shop");
    }
    if method == Method::Alipay && !parameters.language_is_zh() {
        return Some("needs language_code zh");
    }
    None
}

#[cfg(test)]
mod tests {
    use ecommpay_signature::SecretKey;

    use super::*;
    use crate::config::{PageSettings, ProjectConfig, ProjectMode};

    fn project(page: PageSettings) -> Project {
        let config = ProjectConfig::new(1, "s").mode(ProjectMode::Live);
        Project::new(config.payment_page(page), SecretKey::new("s").unwrap())
    }

    fn offered(project: &Project, more: &[(&str, &str)]) -> Offer {
        let base = [
            ("payment_amount", "1000"),
            ("payment_currency", "USD"),
            ("language_code", "zh"),
        ];
        let pairs = base.iter().chain(more);
        let pairs = pairs.map(|(name, value)| ((*name).into(), (*value).into()));
        offer(project, &Parameters::new(pairs.collect()))
    }

    #[test]
    fn a_default_method_comes_first_and_opens() {
        let project = project(PageSettings::default());
        let all = offered(&project, &[]);
        assert_eq!(all.methods, [Method::Alipay, Method::AlfaClick]);
        assert!(!all.first_opens);
        let other = offered(&project, &[("default_payment_method", "alfa-click")]);
        assert_eq!(other.methods, [Method::AlfaClick, Method::Alipay]);
        assert!(other.first_opens);
        // A default that is not on offer is no default.
        let card = offered(&project, &[("default_payment_method", "card")]);
        assert_eq!(card, all);
    }

    #[test]
    fn countries_count_when_the_project_filters_by_them() {
        let filtering = project(PageSettings::default().filter_by_country(true));
        let lax = project(PageSettings::default());
        let kazakhstan = [("region_code", "KZ")];
        assert_eq!(
            offered(&filtering, &kazakhstan).methods,
            [Method::AlfaClick]
        );
        assert_eq!(offered(&lax, &kazakhstan).methods.len(), 2);
        assert_eq!(offered(&filtering, &[]).methods.len(), 2);
        let china = [("region_code", "CN")];
        assert_eq!(offered(&filtering, &china).methods, [Method::Alipay]);
    }

    #[test]
    fn a_group_is_ignored_beside_a_method() {
        let project = project(PageSettings::default());
        let group = ("force_payment_group", "openbanking");
        assert!(offered(&project, &[group]).methods.is_empty());
        let method = ("force_payment_method", "alipay");
        assert_eq!(
            offered(&project, &[group, method]).methods,
            [Method::Alipay]
        );
    }
}
