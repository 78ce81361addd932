//! Reading JSON values from any serde format that tells its own types apart.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::{Json, JsonObject};

/// The name under which `serde_json` hands over a number when some crate of the program has
/// switched on its feature `arbitrary_precision`: instead of a number the visitor then gets a map
/// with this single member, whose value is the number's text. Features are shared by the whole
/// program, so this crate must read both forms alike. [`FirstName`] tells such a map from an object
/// that really has a member of this name.
const NUMBER_TEXT: &str = "$serde_json::private::Number";

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::Object(object) => Ok(object),
            other => Err(Error::custom(format_args!(
                "expected an object, found {}",
                other.kind()
            ))),
        }
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        Json::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Double(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::from(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element()? {
            array.push(element);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let name = match map.next_key()? {
            None => return Ok(Json::Object(JsonObject::new())),
            Some(FirstName::Bare(name)) if name == NUMBER_TEXT => {
                let text: String = map.next_value()?;
                return number(&text).ok_or_else(|| {
                    A::Error::invalid_value(Unexpected::Other("a text"), &"the text of a number")
                });
            }
            Some(FirstName::Bare(name) | FirstName::OfMember(name)) => name,
        };
        // what the second member would take room for anyhow
        let mut members: Vec<(String, Json)> = Vec::with_capacity(4);
        members.push((name, map.next_value()?));
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        if has_duplicate(&members) {
            // The name is left out: names can be personal data as well.
            return Err(A::Error::custom("a member occurs twice in one object"));
        }
        Ok(Json::Object(JsonObject::from_distinct(members)))
    }
}

/// The first name of a map.
///
/// It is asked for as an optional value. The name of a member is there and says so (`visit_some`),
/// both in `serde_json` and in the reader of `ecommpay-signature`; the stand-in that `serde_json`
/// uses for a number knows nothing but its text, and gives it bare. Formats whose member names come
/// bare as well lose nothing but the use of that one name.
enum FirstName {
    OfMember(String),
    Bare(String),
}

impl<'de> Deserialize<'de> for FirstName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(FirstNameVisitor)
    }
}

struct FirstNameVisitor;

impl<'de> Visitor<'de> for FirstNameVisitor {
    type Value = FirstName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<FirstName, D::Error> {
        String::deserialize(deserializer).map(FirstName::OfMember)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<FirstName, E> {
        Ok(FirstName::Bare(name.to_owned()))
    }
}

/// Reads the text of a JSON number: whole numbers exactly in 64 bits, the rest as doubles.
///
/// `-0` is a double, because no integer holds its sign.
fn number(text: &str) -> Option<Json> {
    if !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return None;
    }
    if text == "-0" {
        return Some(Json::Double(-0.0));
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Json::Integer(whole));
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Some(Json::Unsigned(whole));
    }
    text.parse().ok().map(Json::Double)
}

/// Few names are compared each with each, which takes no memory; more are sorted.
fn has_duplicate(members: &[(String, Json)]) -> bool {
    const FEW: usize = 12;
    if members.len() <= FEW {
        let mut rest = members;
        while let [(name, _), others @ ..] = rest {
            if others.iter().any(|(other, _)| other == name) {
                return true;
            }
            rest = others;
        }
        return false;
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}
