//! Which data the platform still wants (`clarification_fields`).

use crate::body::{body, body_serde};
use crate::json::{Json, JsonObject};
use crate::member::Value;

/// What the platform asks for in `clarification_fields`, in either of its two shapes.
///
/// The short shape lists names, `{"customer": ["last_name"]}`; the long one describes the fields of
/// each object. [`ClarificationFields::wanted`] reads both alike.
///
/// ```
/// use ecommpay_model::ClarificationFields;
///
/// let fields: ClarificationFields =
///     serde_json::from_str(r#"{"avs_data": ["avs_post_code", "avs_street_address"]}"#)?;
/// let wanted = fields.wanted();
/// assert_eq!((wanted[0].object.as_str(), wanted[0].field.as_str()), ("avs_data", "avs_post_code"));
/// assert_eq!(wanted.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ClarificationFields {
    objects: JsonObject,
}

impl ClarificationFields {
    /// The short shape, made from pairs of object and field.
    #[must_use]
    pub fn listed<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut objects = JsonObject::new();
        for (object, field) in fields {
            let mut names = match objects.remove(object) {
                Some(Json::Array(names)) => names,
                _ => Vec::new(),
            };
            names.push(Json::from(field));
            objects.insert(object, names);
        }
        Self { objects }
    }

    /// The objects as received.
    #[must_use]
    pub const fn objects(&self) -> &JsonObject {
        &self.objects
    }

    /// Every field that is asked for, in the order received.
    #[must_use]
    pub fn wanted(&self) -> Vec<WantedField> {
        let mut wanted = Vec::new();
        for (object, fields) in self.objects.iter() {
            match fields {
                Json::Array(names) => wanted.extend(names.iter().filter_map(Json::as_str).map(
                    |field| WantedField {
                        object: object.to_owned(),
                        field: field.to_owned(),
                        required: true,
                        rules: FieldRules::default(),
                    },
                )),
                Json::Object(schema) => wanted.extend(described(object, schema)),
                _ => {}
            }
        }
        wanted
    }

    /// What was wrong with data sent before, as the long shape reports it.
    #[must_use]
    pub fn errors(&self) -> Vec<FieldError> {
        self.objects
            .iter()
            .filter_map(|(_, schema)| schema.member("errors")?.as_array())
            .flatten()
            .filter_map(|error| FieldError::read(error.clone()).ok())
            .collect()
    }
}

/// The fields of one object of the long shape.
fn described(object: &str, schema: &JsonObject) -> Vec<WantedField> {
    let required = schema
        .get("required")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let properties = schema.get("properties").and_then(Json::as_object);
    let mut wanted: Vec<WantedField> = properties
        .into_iter()
        .flat_map(JsonObject::iter)
        .map(|(field, rules)| WantedField {
            object: object.to_owned(),
            field: field.to_owned(),
            required: required.iter().any(|name| name.as_str() == Some(field)),
            rules: FieldRules::read(rules.clone()).unwrap_or_default(),
        })
        .collect();
    // A required field need not be described.
    for field in required.iter().filter_map(Json::as_str) {
        if !wanted.iter().any(|known| known.field == field) {
            wanted.push(WantedField {
                object: object.to_owned(),
                field: field.to_owned(),
                required: true,
                rules: FieldRules::default(),
            });
        }
    }
    wanted
}

/// A field that the platform asks for: it goes to `additional_data.{object}.{field}`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WantedField {
    /// The object the field belongs to, such as `customer`.
    pub object: String,
    /// The field, such as `last_name`.
    pub field: String,
    /// Whether processing cannot go on without it. Always so in the short shape.
    pub required: bool,
    /// What the value must look like, as far as it is said.
    pub rules: FieldRules,
}

body! {
    /// What the value of a wanted field must look like (`properties.{field}`).
    FieldRules {
        /// Type of the value, such as `string`.
        kind: Option<String> = "type",
        /// Most characters.
        max_length: Option<i64> = "maxLength",
        /// Named format of the value.
        format: Option<String> = "format",
        /// Regular expression for the value.
        pattern: Option<String> = "pattern",
    }
}

body! {
    /// What was wrong with a field sent before (`errors[]` of the long shape).
    FieldError {
        /// The field.
        property: Option<String> = "property",
        /// What was wrong.
        message: Option<String> = "message",
        /// The rule that is broken.
        constraint: Option<String> = "constraint",
    }
}

impl Value for ClarificationFields {
    fn read(json: Json) -> Result<Self, Json> {
        JsonObject::read(json).map(|objects| Self { objects })
    }

    fn write(&self) -> Json {
        self.objects.write()
    }
}

body_serde!(ClarificationFields);
