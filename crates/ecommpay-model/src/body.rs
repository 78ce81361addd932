//! Bodies: JSON objects with typed members, declared once each.

use crate::json::JsonObject;

/// Declares a body: a struct of members, each with its name in the protocol, and after a `|` other
/// names under which it is accepted.
///
/// One listing gives the struct, its reading and its writing, so the two cannot disagree.
macro_rules! body {
    (
        $(#[$body_meta:meta])*
        $body:ident {
            $( $(#[$meta:meta])* $field:ident: $type:ty = $name:literal $(| $alias:literal)*, )+
        }
    ) => {
        $(#[$body_meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
        #[non_exhaustive]
        pub struct $body {
            $( $(#[$meta])* pub $field: $type, )+
            /// Members without a typed place: unknown ones, known ones whose value could not be
            /// read, and empty ones. Written back as they came.
            pub other: $crate::json::JsonObject,
        }

        impl $body {
            /// Paths of the known members that could not be read: their values are of an
            /// unexpected kind and stand in `other`, or they are dates of an unknown form.
            #[must_use]
            pub fn unread(&self) -> Vec<String> {
                let mut found = Vec::new();
                $crate::member::Value::unread_inside(self, "", &mut found);
                found
            }
        }

        impl $crate::member::Value for $body {
            fn read(json: $crate::json::Json) -> Result<Self, $crate::json::Json> {
                use $crate::member::Member;
                let $crate::json::Json::Object(mut other) = json else { return Err(json) };
                $( $( $crate::body::rename(&mut other, $alias, $name); )* )+
                Ok(Self { $( $field: Member::take_from(&mut other, $name), )+ other })
            }

            fn write(&self) -> $crate::json::Json {
                use $crate::member::Member;
                let mut object = self.other.clone();
                $( self.$field.put_into(&mut object, $name); )+
                $crate::json::Json::Object(object)
            }

            fn unread_inside(&self, path: &str, found: &mut Vec<String>) {
                use $crate::member::Member;
                $( {
                    let path = $crate::body::join(path, $name);
                    self.$field.find_unread(&path, found);
                    if self.other.get($name).is_some_and(|value| !value.is_empty()) {
                        found.push(path);
                    }
                } )+
            }
        }

        $crate::body::body_serde!($body);
    };
}

/// Gives a member its proper name, unless that name is taken.
pub(crate) fn rename(object: &mut JsonObject, from: &str, to: &str) {
    if object.get(to).is_none()
        && let Some(value) = object.remove(from)
    {
        object.insert(to, value);
    }
}

/// The path of the member `name` inside the value at `path`.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Reads and writes a body by way of its JSON value, from and to any serde format.
macro_rules! body_serde {
    ($body:ident) => {
        impl serde::Serialize for $body {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::member::Value::write(self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $body {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = <$crate::json::Json as serde::Deserialize>::deserialize(deserializer)?;
                $crate::member::Value::read(json).map_err(|other| {
                    serde::de::Error::custom(format_args!(
                        "expected an object, found {}",
                        other.kind()
                    ))
                })
            }
        }
    };
}

pub(crate) use {body, body_serde};
