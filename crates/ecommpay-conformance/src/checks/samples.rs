//! The seed samples themselves: the inventory is whole, and what is printed is read or rebuilt.

use ecommpay_model::{CustomerId, Money, PaymentId, ProjectId};
use ecommpay_payment_page::Opening;
use ecommpay_signature::SecretKey;
use serde::Deserialize;
use serde_json::Value;

use super::builders::SECRET;
use super::compare::{Differences, chain};
use crate::fixtures::{FixtureError, FixtureFolder};
use crate::report::Row;

/// One entry of `index.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    id: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "method")]
    _method: String,
    parses_as_printed: bool,
    repaired: bool,
    places: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    #[serde(rename = "seed")]
    _seed: String,
    first_line: u32,
    last_line: u32,
}

/// Checks the inventory of the samples and the widget call, which no rule covers.
pub(super) fn check_samples(fixtures: &FixtureFolder) -> Result<Vec<Row>, FixtureError> {
    let samples: Vec<Sample> = fixtures.seed_index()?;
    let group = "seed-examples / inventory";
    let mut rows: Vec<Row> = samples
        .iter()
        .map(|sample| Row::one_of_many(group, &sample.id, check_sample(fixtures, sample)))
        .collect();
    rows.push(Row::one_of_many(group, "counts", check_counts(&samples)));
    rows.push(Row::new(
        &["001 / Оплаты через Payment Page / Формат запросов".to_owned()],
        "opening, widget: the call of EPayWidget.run rebuilt",
        check_widget(fixtures),
    ));
    Ok(rows)
}

/// A repaired text parses; one that parses as printed is not repaired.
fn check_sample(fixtures: &FixtureFolder, sample: &Sample) -> Result<(), String> {
    let text = |ending| {
        fixtures
            .seed_text(&sample.id, ending)
            .map_err(|error| chain(&error))
    };
    let (printed, repaired) = (text("txt")?, text("json")?);
    let mut differences = Differences::default();
    let as_printed: Option<Value> = serde_json::from_str(&printed).ok();
    let after_repair: Option<Value> = serde_json::from_str(&repaired).ok();
    differences.compare(
        "parses as printed",
        sample.parses_as_printed,
        as_printed.is_some(),
    );
    differences.compare("repaired", sample.repaired, as_printed.is_none());
    if after_repair.is_none() {
        differences.wrong("the repaired text does not parse");
    }
    if as_printed.is_some() && as_printed != after_repair {
        differences.wrong("the text parses as printed, yet the repaired one differs");
    }
    if sample
        .places
        .iter()
        .any(|place| place.first_line > place.last_line)
    {
        differences.wrong("a place ends before it begins");
    }
    differences.into_result()
}

/// 44 printed places, 23 distinct texts, 12 of which parse as printed.
fn check_counts(samples: &[Sample]) -> Result<(), String> {
    let mut differences = Differences::default();
    differences.compare("texts", 23, samples.len());
    let places: usize = samples.iter().map(|sample| sample.places.len()).sum();
    differences.compare("places", 44, places);
    let parsing = samples
        .iter()
        .filter(|sample| sample.parses_as_printed)
        .count();
    differences.compare("texts that parse as printed", 12, parsing);
    differences.into_result()
}

/// The configuration for the browser library says what the printed call says.
fn check_widget(fixtures: &FixtureFolder) -> Result<(), String> {
    let printed = fixtures
        .seed_text("alfa-click-js-widget", "json")
        .map_err(|error| chain(&error))?;
    let mut printed: Value = serde_json::from_str(&printed).map_err(|error| error.to_string())?;
    let opening = widget_opening(&printed)?;
    let key = SecretKey::new(SECRET).map_err(|error| error.to_string())?;
    let configuration = opening
        .sign(&key)
        .map_err(|error| chain(&error))?
        .widget_configuration();
    let mut rebuilt: Value =
        serde_json::from_str(&configuration).map_err(|error| error.to_string())?;
    for document in [&mut printed, &mut rebuilt] {
        document
            .as_object_mut()
            .ok_or("not an object")?
            .remove("signature")
            .ok_or("no signature")?;
    }
    if printed == rebuilt {
        Ok(())
    } else {
        Err(format!("expected {printed}\nfound    {rebuilt}"))
    }
}

fn widget_opening(printed: &Value) -> Result<Opening, String> {
    let text = |name: &str| {
        printed[name]
            .as_str()
            .ok_or_else(|| format!("{name} is no text"))
    };
    let number = |name: &str| {
        printed[name]
            .as_i64()
            .ok_or_else(|| format!("{name} is no number"))
    };
    let refused = |error: ecommpay_model::InvalidValue| error.to_string();
    let project = u32::try_from(number("project_id")?).map_err(|error| error.to_string())?;
    let currency = text("payment_currency")?.parse().map_err(refused)?;
    Ok(Opening::alfa_click(
        ProjectId::new(project).map_err(refused)?,
        PaymentId::new(text("payment_id")?).map_err(refused)?,
        Money::new(number("payment_amount")?, currency).map_err(refused)?,
        CustomerId::new(text("customer_id")?).map_err(refused)?,
        text("customer_account_number")?,
    ))
}
