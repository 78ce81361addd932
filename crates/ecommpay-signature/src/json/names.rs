//! Member names and names of variants, as serde wants to read them.

use alloc::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::Text;
use super::decode_error::Failure;

pub(super) fn visit_text<'de, V: Visitor<'de>>(
    text: &Text<'de>,
    visitor: V,
) -> Result<V::Value, Failure> {
    match text.to_str() {
        Cow::Borrowed(plain) => visitor.visit_borrowed_str(plain),
        Cow::Owned(unescaped) => visitor.visit_string(unescaped),
    }
}

/// A member name, or a string that names a variant without content.
pub(super) struct Name<'de>(pub(super) Text<'de>);

impl<'de> Name<'de> {
    /// Maps may have integers for keys; JSON writes them as strings.
    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let name = self.0.to_str();
        if let Ok(integer) = name.parse::<i64>() {
            return visitor.visit_i64(integer);
        }
        if let Ok(integer) = name.parse::<u64>() {
            return visitor.visit_u64(integer);
        }
        visit_text(&self.0, visitor)
    }
}

macro_rules! integer_names {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            self.integer(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visit_text(&self.0, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_enum(self)
    }

    integer_names! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Name<'de> {
    type Error = Failure;
    type Variant = NoContent;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, NoContent), Failure> {
        seed.deserialize(self).map(|name| (name, NoContent))
    }
}

/// A variant that is only a name.
pub(super) struct NoContent;

impl<'de> VariantAccess<'de> for NoContent {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Failure> {
        Err(Failure::invalid_type(
            Unexpected::Str(""),
            &"an object with the content of a variant",
        ))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        Err(Failure::invalid_type(Unexpected::Str(""), &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        Err(Failure::invalid_type(Unexpected::Str(""), &visitor))
    }
}
