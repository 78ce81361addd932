//! JSON values: what the typed bodies keep when a member has no typed place.

mod object;
mod read;
mod write;

use core::cmp::Ordering;
use core::fmt;

pub use self::object::JsonObject;

/// A JSON value whose whole numbers are exact in 64 bits.
///
/// Reading works from every serde format that tells its own types apart (`deserialize_any`).
/// A whole number is [`Json::Integer`] when it fits `i64`, [`Json::Unsigned`] when only `u64` holds
/// it, and [`Json::Double`] beyond that, as in the platform's own language. `Debug` shows names and
/// kinds but no values, because unknown members can hold personal data.
///
/// ```
/// use ecommpay_model::Json;
///
/// let json: Json = serde_json::from_str(r#"{"id": 5048925000004552, "tags": ["a"]}"#)?;
/// assert_eq!(json.member("id").and_then(Json::as_i64), Some(5_048_925_000_004_552));
/// assert_eq!(format!("{json:?}"), r#"{"id": integer, "tags": [string]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits `i64`.
    Integer(i64),
    /// A whole number above `i64::MAX`.
    Unsigned(u64),
    /// Any other number.
    Double(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(JsonObject),
}

impl Json {
    /// The text of a string, nothing for any other value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number of [`Json::Integer`], nothing for any other value.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Json::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The members of an object, nothing for any other value.
    #[must_use]
    pub fn as_object(&self) -> Option<&JsonObject> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements of an array, nothing for any other value.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The member `name` of an object; nothing when there is none or the value is no object.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Json> {
        self.as_object()?.get(name)
    }

    /// Whether the value says nothing: `null`, `[]` or `{}`.
    ///
    /// The platform writes an empty map as `[]`, so the three stand for one another.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Json::Null => true,
            Json::Array(elements) => elements.is_empty(),
            Json::Object(object) => object.is_empty(),
            _ => false,
        }
    }

    /// The text of a string, or the digits of a whole number.
    ///
    /// The platform writes identifiers and codes now one way, now the other.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Json::String(text) => Some(text.clone()),
            Json::Integer(number) => Some(number.to_string()),
            Json::Unsigned(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The name of the kind of value, with its article, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Integer(_) | Json::Unsigned(_) => "a whole number",
            Json::Double(_) => "a number with a fraction or exponent",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Json::Null => 0,
            Json::Bool(_) => 1,
            Json::Integer(_) => 2,
            Json::Unsigned(_) => 3,
            Json::Double(_) => 4,
            Json::String(_) => 5,
            Json::Array(_) => 6,
            Json::Object(_) => 7,
        }
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Json {}

/// A total order by kind and content: for breaking ties, not for meaning.
///
/// Doubles stand in the order of [`f64::total_cmp`], in which `-0.0` comes before `0.0`.
impl Ord for Json {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Json::Bool(left), Json::Bool(right)) => left.cmp(right),
            (Json::Integer(left), Json::Integer(right)) => left.cmp(right),
            (Json::Unsigned(left), Json::Unsigned(right)) => left.cmp(right),
            (Json::Double(left), Json::Double(right)) => left.total_cmp(right),
            (Json::String(left), Json::String(right)) => left.cmp(right),
            (Json::Array(left), Json::Array(right)) => left.cmp(right),
            (Json::Object(left), Json::Object(right)) => left.cmp(right),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Json {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(_) => f.write_str("boolean"),
            Json::Integer(_) | Json::Unsigned(_) => f.write_str("integer"),
            Json::Double(_) => f.write_str("double"),
            Json::String(_) => f.write_str("string"),
            Json::Array(elements) => f.debug_list().entries(elements).finish(),
            Json::Object(object) => object.fmt(f),
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::String(text)
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Json::Bool(flag)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Json::Integer(number)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Json::Integer(i64::from(number))
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or(Json::Unsigned(number), Json::Integer)
    }
}

impl From<Vec<Json>> for Json {
    fn from(elements: Vec<Json>) -> Self {
        Json::Array(elements)
    }
}

impl From<JsonObject> for Json {
    fn from(object: JsonObject) -> Self {
        Json::Object(object)
    }
}
