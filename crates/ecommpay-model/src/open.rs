//! Open enumerations: values the protocol names, and room for those it does not name yet.

use core::fmt;

/// A text of the platform that this crate does not know; never one it does know.
///
/// Only conversions of the open enums make one, so equality of the enums is equality in meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownText(String);

impl UnknownText {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text as it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares an enum of the texts the protocol names, with `Other` for all further ones.
///
/// Each line is a documented variant and its text. Conversions from text never fail and never
/// lose anything; serde reads a string or a number and writes the text.
macro_rules! open_enum {
    (
        $(#[$enum_meta:meta])*
        $name:ident { $( $(#[$meta:meta])* $variant:ident = $text:literal, )+ }
    ) => {
        $(#[$enum_meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$meta])* $variant, )+
            /// A value this crate does not know, kept as received.
            Other($crate::open::UnknownText),
        }

        $crate::open::open_enum_texts!($name { $( $variant = $text, )+ });
    };
}

/// Gives an enum with a variant `Other(UnknownText)` its texts and conversions.
///
/// A variant may have one unit-like detail, so that two texts can share a variant.
macro_rules! open_enum_texts {
    ($name:ident { $( $variant:ident $( ($detail:path) )? = $text:literal, )+ }) => {
        impl $name {
            /// The text of the protocol.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant $( ($detail) )? => $text, )+
                    Self::Other(text) => text.as_str(),
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $( $text => Some(Self::$variant $( ($detail) )?), )+
                    _ => None,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text)
                    .unwrap_or_else(|| Self::Other($crate::open::UnknownText::new(text.to_owned())))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text)
                    .unwrap_or_else(|| Self::Other($crate::open::UnknownText::new(text)))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::text::deserialize_text(deserializer).map(Self::from)
            }
        }
    };
}

pub(crate) use {open_enum, open_enum_texts};
