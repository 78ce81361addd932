//! Data the platform asks for beyond a request: the `additional_data` object.

use ecommpay_model::Json;
use ecommpay_model::clarification::WantedField;

use crate::body::Extra;

/// The content of `additional_data`: members by path, nested as the platform's question names them.
///
/// Empty content is allowed and means "nothing yet": it keeps a payment waiting for another 30
/// minutes. `Debug` shows the paths, never a value.
///
/// ```
/// use ecommpay_gate::AdditionalData;
///
/// // The platform asked with `"clarification_fields": {"customer": ["last_name", "city"]}`.
/// let answer = AdditionalData::new()
///     .set("customer.last_name", "Doe")
///     .set("customer.city", "Beijing");
/// assert_eq!(format!("{answer:?}"), r#"AdditionalData({"customer.last_name", "customer.city"})"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdditionalData(pub(crate) Extra);

impl AdditionalData {
    /// No data yet.
    #[must_use]
    pub fn new() -> Self {
        AdditionalData::default()
    }

    /// Answers one question of a clarification callback: sets `object.field` as it was asked for.
    #[must_use]
    pub fn answer(self, wanted: &WantedField, value: impl Into<Json>) -> Self {
        self.set(format!("{}.{}", wanted.object, wanted.field), value)
    }

    /// Sets a member by its path of names joined by dots; a name alone sets a flat member.
    #[must_use]
    pub fn set(mut self, path: impl Into<String>, value: impl Into<Json>) -> Self {
        self.0.add(path.into(), value.into());
        self
    }
}
