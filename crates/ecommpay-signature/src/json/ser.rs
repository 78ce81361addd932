//! Types into JSON: compact, members in the order the type gives them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// Writes a value as compact JSON.
///
/// ```
/// use ecommpay_signature::json::to_vec;
///
/// assert_eq!(to_vec(&("CNY", 1000))?, br#"["CNY",1000]"#);
/// # Ok::<(), ecommpay_signature::json::EncodeError>(())
/// ```
///
/// # Errors
///
/// [`EncodeError`] for doubles that are no numbers of JSON, for map keys that are neither strings
/// nor integers, and whatever the type itself refuses.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut out = String::new();
    value.serialize(Writer { out: &mut out })?;
    Ok(out.into_bytes())
}

/// A value that cannot be written as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct EncodeError {
    words: String,
}

impl ser::Error for EncodeError {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self {
            words: words.to_string(),
        }
    }
}

struct Writer<'w> {
    out: &'w mut String,
}

impl<'w> Writer<'w> {
    fn display(self, value: impl fmt::Display) {
        // A string takes whatever is written to it.
        let _ = write!(self.out, "{value}");
    }

    fn double(self, value: f64, digits: fmt::Arguments<'_>) -> Result<(), EncodeError> {
        if !value.is_finite() {
            return Err(ser::Error::custom("JSON has no infinities and no NaN"));
        }
        let _ = self.out.write_fmt(digits);
        Ok(())
    }

    fn begin(self, open: &str, close: &'static str) -> Group<'w> {
        self.out.push_str(open);
        Group {
            out: self.out,
            close,
            empty: true,
        }
    }

    fn variant(&mut self, name: &str) {
        self.out.push('{');
        write_string(self.out, name);
        self.out.push(':');
    }
}

/// Members or elements between two brackets.
struct Group<'w> {
    out: &'w mut String,
    close: &'static str,
    empty: bool,
}

impl Group<'_> {
    fn separate(&mut self) {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.separate();
        value.serialize(Writer { out: self.out })
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        self.separate();
        write_string(self.out, name);
        self.out.push(':');
        value.serialize(Writer { out: self.out })
    }

    fn close(self) {
        self.out.push_str(self.close);
    }
}

/// A string in quotes; only what JSON wants escaped is escaped.
fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (index, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0C => "\\f",
            0x00..=0x1F => "",
            _ => continue,
        };
        out.push_str(&text[plain..index]);
        plain = index + 1;
        if escape.is_empty() {
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

macro_rules! integers {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(self, value: $type) -> Result<(), EncodeError> {
            self.display(value);
            Ok(())
        }
    )*};
}

impl<'w> Serializer for Writer<'w> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Group<'w>;
    type SerializeTuple = Group<'w>;
    type SerializeTupleStruct = Group<'w>;
    type SerializeTupleVariant = Group<'w>;
    type SerializeMap = Group<'w>;
    type SerializeStruct = Group<'w>;
    type SerializeStructVariant = Group<'w>;

    integers! {
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_bool: bool,
    }

    fn serialize_f32(self, value: f32) -> Result<(), EncodeError> {
        self.double(value.into(), format_args!("{value:?}"))
    }

    fn serialize_f64(self, value: f64) -> Result<(), EncodeError> {
        self.double(value, format_args!("{value:?}"))
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        write_string(self.out, value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        write_string(self.out, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<(), EncodeError> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.variant(name);
        value.serialize(Writer {
            out: &mut *self.out,
        })?;
        self.out.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Group<'w>, EncodeError> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Group<'w>, EncodeError> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Group<'w>, EncodeError> {
        Ok(self.begin("[", "]"))
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Group<'w>, EncodeError> {
        self.variant(name);
        Ok(self.begin("[", "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Group<'w>, EncodeError> {
        Ok(self.begin("{", "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Group<'w>, EncodeError> {
        Ok(self.begin("{", "}"))
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Group<'w>, EncodeError> {
        self.variant(name);
        Ok(self.begin("{", "}}"))
    }
}

macro_rules! lists {
    ($($kind:ident::$method:ident)*) => {$(
        impl $kind for Group<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.element(value)
            }

            fn end(self) -> Result<(), EncodeError> {
                self.close();
                Ok(())
            }
        }
    )*};
}

macro_rules! objects {
    ($($kind:ident)*) => {$(
        impl $kind for Group<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), EncodeError> {
                self.member(name, value)
            }

            fn end(self) -> Result<(), EncodeError> {
                self.close();
                Ok(())
            }
        }
    )*};
}

lists! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

objects! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Group<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.separate();
        let start = self.out.len();
        key.serialize(Writer { out: self.out })?;
        match self.out.as_bytes().get(start) {
            Some(b'"') => {}
            Some(b'-' | b'0'..=b'9') if is_integer(&self.out[start..]) => {
                self.out.insert(start, '"');
                self.out.push('"');
            }
            _ => {
                return Err(ser::Error::custom(
                    "map keys have to be strings or integers",
                ));
            }
        }
        self.out.push(':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(Writer { out: self.out })
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}

fn is_integer(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}
