//! Signed openings for the widget's demonstration page.

use std::collections::BTreeMap;

use super::super::moment::Moment;
use super::super::payment::PaymentKey;
use super::super::{Platform, Query, signing};
use crate::config::{Language, Method};

/// What the visitor of the demonstration page chose.
#[derive(Debug, Clone)]
pub(crate) struct Demonstrate {
    /// The first project when absent.
    pub(crate) project: Option<u32>,
    pub(crate) method: Method,
    pub(crate) language: Language,
    /// Entries that are signed with the rest, such as `redirect`.
    pub(crate) display: Vec<(&'static str, String)>,
}

/// The demonstration page's data.
#[derive(Debug)]
pub(crate) struct Demonstration {
    pub(crate) projects: Vec<u32>,
    /// The chosen project, if there is one.
    pub(crate) project: Option<u32>,
    /// The configuration for the browser library, signed.
    pub(crate) config: BTreeMap<&'static str, String>,
}

impl Query for Demonstrate {
    type Reply = Demonstration;

    fn answer(self, platform: &Platform, _now: Moment) -> Demonstration {
        let projects: Vec<u32> = platform.projects.keys().copied().collect();
        let chosen = self
            .project
            .filter(|id| projects.contains(id))
            .or_else(|| projects.first().copied());
        let config = chosen.map(|project| platform.demonstration(project, &self));
        Demonstration {
            projects,
            project: chosen,
            config: config.unwrap_or_default(),
        }
    }
}

impl Platform {
    fn demonstration(&self, id: u32, wish: &Demonstrate) -> BTreeMap<&'static str, String> {
        let Some(project) = self.project(id) else {
            return BTreeMap::new();
        };
        let unused = |number: &u32| {
            let key = PaymentKey::new(id, &format!("widget-{number}"));
            !project.payments.contains_key(&key)
        };
        let number = (1..u32::MAX).find(unused).unwrap_or_default();
        let (amount, currency) = match wish.method {
            Method::Alipay => ("1000", "CNY"),
            Method::AlfaClick => ("10000", "RUB"),
            Method::WalletPartner => ("15000", "INR"),
        };
        // The method's page demands this language.
        let language = match wish.method {
            Method::Alipay => Language::Chinese,
            _ => wish.language,
        };
        let mut config = BTreeMap::from([
            ("project_id", id.to_string()),
            ("payment_id", format!("widget-{number}")),
            ("payment_amount", amount.to_owned()),
            ("payment_currency", currency.to_owned()),
            (
                "payment_description",
                "Demonstration of the widget".to_owned(),
            ),
            ("customer_id", "demonstration".to_owned()),
            ("language_code", language.code().to_owned()),
        ]);
        config.extend(wish.display.iter().cloned());
        let signature = signing::sign(&config, &project.key);
        config.insert("signature", signature.unwrap_or_default());
        config
    }
}
