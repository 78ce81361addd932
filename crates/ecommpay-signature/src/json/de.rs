//! Types out of JSON: serde over the tokenizer that signatures are read with.
//!
//! Because there is one reader, a type and a signature never see different documents, whatever
//! features of other JSON crates a program switches on.

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::decode_error::{DecodeError, Failure};
use super::names::{Name, visit_text};
use super::tokens::Kind;
use super::{Limits, Token, Tokens};

/// Reads a value out of one whole document.
///
/// Numbers are 64-bit integers where they fit and doubles everywhere else. Member names that occur
/// twice are refused at every depth, in ignored values as well.
///
/// ```
/// use std::collections::BTreeMap;
/// use ecommpay_signature::json::{Limits, from_slice};
///
/// let sums: BTreeMap<String, i64> = from_slice(br#"{"amount": 1000}"#, &Limits::STRICT)?;
/// assert_eq!(sums["amount"], 1000);
/// # Ok::<(), ecommpay_signature::json::DecodeError>(())
/// ```
///
/// # Errors
///
/// [`DecodeError`] with the path of the value that is not as the type wants it, or the place where
/// the text is not JSON.
pub fn from_slice<'de, T: Deserialize<'de>>(
    bytes: &'de [u8],
    limits: &Limits,
) -> Result<T, DecodeError> {
    read(bytes, limits).map_err(|failure| DecodeError::new(bytes, failure))
}

fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8], limits: &Limits) -> Result<T, Failure> {
    let mut reader = Reader {
        tokens: Tokens::new(bytes, limits)?,
        ahead: None,
    };
    let value = T::deserialize(&mut reader)?;
    match reader.tokens.next()? {
        None => Ok(value),
        Some(_) => Err(Failure::custom(
            "the type has not read the value to its end",
        )),
    }
}

struct Reader<'de> {
    tokens: Tokens<'de>,
    /// The kind of a token that was pulled to see whether there is one.
    ahead: Option<Kind>,
}

impl<'de> Reader<'de> {
    #[inline(always)]
    fn pull(&mut self) -> Result<Token<'de>, Failure> {
        let kind = self.step()?;
        match self.tokens.token(kind) {
            Some(token) => Ok(token),
            None => Err(Failure::custom("the type reads more values than there are")),
        }
    }

    #[inline(always)]
    fn step(&mut self) -> Result<Kind, Failure> {
        match self.ahead.take() {
            Some(kind) => Ok(kind),
            None => Ok(self.tokens.step()?),
        }
    }

    /// Reads the value that begins with the token ahead.
    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Failure> {
        let start = self.tokens.offset();
        seed.deserialize(self).map_err(|failure| failure.at(start))
    }

    fn visit<V: Visitor<'de>>(
        &mut self,
        token: Token<'de>,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match token {
            Token::ObjectStart => {
                let value = visitor.visit_map(Members { reader: &mut *self })?;
                self.end()?;
                Ok(value)
            }
            Token::ListStart => {
                let value = visitor.visit_seq(Elements { reader: &mut *self })?;
                self.end()?;
                Ok(value)
            }
            Token::String(text) => visit_text(&text, visitor),
            // What is signed as a double is read as one: further digits may be anybody's.
            Token::Number(number) => match number.to_i64() {
                Some(integer) => visitor.visit_i64(integer),
                None => visitor.visit_f64(number.to_f64()),
            },
            Token::Bool(value) => visitor.visit_bool(value),
            Token::Null => visitor.visit_unit(),
            Token::Key(_) | Token::ObjectEnd | Token::ListEnd => {
                Err(Failure::custom("the type reads more values than there are"))
            }
        }
    }

    /// The end of a container.
    fn end(&mut self) -> Result<(), Failure> {
        match self.pull()? {
            Token::ObjectEnd | Token::ListEnd => Ok(()),
            _ => Err(Failure::custom("holds more values than the type takes")),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let token = self.pull()?;
        self.visit(token, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.step()? {
            Kind::Null => visitor.visit_none(),
            kind => {
                self.ahead = Some(kind);
                visitor.visit_some(self)
            }
        }
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
        match self.pull()? {
            Token::String(text) => visitor.visit_enum(Name(text)),
            Token::ObjectStart => {
                let value = visitor.visit_enum(Variant(&mut *self))?;
                self.end()?;
                Ok(value)
            }
            token => self.visit(token, visitor),
        }
    }

    /// A struct is read by the names of its members: from an object, never from a list by position.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match self.pull()? {
            Token::ListStart => Err(Failure::invalid_type(Unexpected::Seq, &visitor)),
            token => self.visit(token, visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let token = self.pull()?;
        self.tokens.skip_rest(&token)?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        let kind = self.reader.step()?;
        self.reader.ahead = Some(kind);
        match kind {
            Kind::ListEnd => Ok(None),
            _ => self.reader.value(seed).map(Some),
        }
    }
}

struct Members<'r, 'de> {
    reader: &'r mut Reader<'de>,
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Failure> {
        match self.reader.step()? {
            Kind::Key => {
                let key = self.reader.tokens.string();
                let start = self.reader.tokens.offset();
                seed.deserialize(Name(key))
                    .map(Some)
                    .map_err(|failure| failure.at(start))
            }
            kind => {
                self.reader.ahead = Some(kind);
                Ok(None)
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let kind = self.reader.step()?;
        self.reader.ahead = Some(kind);
        self.reader.value(seed)
    }
}

/// A variant with content: an object of one member.
struct Variant<'r, 'de>(&'r mut Reader<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Failure> {
        match (Members {
            reader: &mut *self.0,
        })
        .next_key_seed(seed)?
        {
            Some(name) => Ok((name, self)),
            None => Err(Failure::invalid_type(
                Unexpected::Map,
                &"the name of a variant",
            )),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failure> {
        Members { reader: self.0 }.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.0.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.0.deserialize_any(visitor)
    }
}
