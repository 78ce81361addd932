//! `/v1/balance/get`: the balances of the projects, a name and an amount under its currency.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::access::Access;
use super::answer::DataAnswer;

struct Balance<'a> {
    name: String,
    currency: &'a str,
    minor: i64,
}

impl Serialize for Balance<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry(self.currency, &self.minor.to_string())?;
        map.end()
    }
}

/// Projects without a balance have none to report.
pub(super) fn report(access: &Access<'_>) -> DataAnswer {
    let projects = access.projects(None);
    let balances: Vec<Balance<'_>> = projects
        .iter()
        .flat_map(|project| {
            let by_currency = project.balance.iter().flatten();
            by_currency.map(|(currency, minor)| Balance {
                name: format!("{} {currency}", project.name()),
                currency,
                minor: *minor,
            })
        })
        .collect();
    DataAnswer::report("balance", &balances, access.key)
}
