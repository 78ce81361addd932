//! The body of a request: sections in a fixed order, extra members by path, then one signature over
//! all of it.

use std::fmt;

use ecommpay_model::{Json, JsonObject};
use ecommpay_signature::{SignaturePlace, SigningPolicy, signed_body};

use crate::build_error::BuildRule;
use crate::constraints;
use crate::members::Members;
use crate::{BuildError, Merchant};

/// Members nobody may set: the platform leaves them out of what is signed.
const NEVER_SIGNED: [&str; 2] = ["signature", "frame_mode"];

/// Members beyond the typed ones, addressed by path (`payment.moto_type`), signed and sent as they
/// are.
///
/// `Debug` shows the paths only.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Extra {
    members: Vec<(String, Json)>,
}

impl Extra {
    pub(crate) fn add(&mut self, path: String, value: Json) {
        self.members.push((path, value));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn merge(&mut self, other: Extra) {
        self.members.extend(other.members);
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.members.iter().map(|(path, _)| path))
            .finish()
    }
}

/// A body under construction.
#[derive(Default)]
pub(crate) struct Body {
    root: JsonObject,
    /// Every path this request sets or refuses itself: section and names in it.
    own: Vec<(&'static str, &'static [&'static str])>,
}

impl Body {
    /// The members of the root object itself.
    pub(crate) fn root(&mut self, members: &Members) {
        self.own.push(("", members.section().names));
        for (name, value) in members.iter() {
            self.root.insert(name, value.clone());
        }
    }

    /// An object of the request; left out when it has no member.
    pub(crate) fn section(&mut self, members: &Members) {
        let path = members.section().path;
        self.own.push((path, members.section().names));
        if members.iter().next().is_some() {
            // Sections are placed parent first, and no member of ours has the name of a section.
            let _ = place(&mut self.root, path, Json::Object(members.to_object()));
        }
    }

    /// An object whose members the caller names by path; sent even if it is empty.
    pub(crate) fn open_section(
        &mut self,
        name: &'static str,
        members: &Extra,
    ) -> Result<(), BuildError> {
        self.own.push((name, &[]));
        self.root.insert(name, JsonObject::new());
        for (path, value) in &members.members {
            self.add(&format!("{name}.{path}"), value)?;
        }
        Ok(())
    }

    /// Puts the extra members in, after everything the request sets itself.
    pub(crate) fn extra(&mut self, extra: &Extra) -> Result<(), BuildError> {
        for (path, value) in &extra.members {
            if !path.is_empty() && self.is_own(path) {
                return Err(BuildError::broken(path.clone(), BuildRule::Taken));
            }
            self.add(path, value)?;
        }
        Ok(())
    }

    fn add(&mut self, path: &str, value: &Json) -> Result<(), BuildError> {
        place(&mut self.root, path, value.clone())
            .map_err(|rule| BuildError::broken(path.to_owned(), rule))
    }

    /// Checks the whole, serialises it once and signs these bytes with the merchant's current key.
    pub(crate) fn sign(
        self,
        place: SignaturePlace,
        merchant: &Merchant,
    ) -> Result<Vec<u8>, BuildError> {
        if let Some(path) = never_signed(&self.root, "") {
            return Err(BuildError::broken(path, BuildRule::NeverSigned));
        }
        constraints::check(&self.root)?;
        let policy = SigningPolicy::default();
        signed_body(&self.root, place, merchant.keys().current(), &policy)
            .map_err(BuildError::Unsignable)
    }

    /// Whether a path names a member of ours, lies inside one, or would replace an object of ours.
    fn is_own(&self, path: &str) -> bool {
        self.own.iter().any(|(section, names)| {
            let below = if section.is_empty() {
                Some(path)
            } else {
                path.strip_prefix(section)
                    .and_then(|rest| rest.strip_prefix('.'))
            };
            inside(section, path)
                || below.is_some_and(|below| names.iter().any(|name| inside(below, name)))
        })
    }
}

/// Whether `path` is `parent` or lies below it.
fn inside(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Puts a value at a path, making the objects on the way.
fn place(object: &mut JsonObject, path: &str, value: Json) -> Result<(), BuildRule> {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    if name.is_empty() {
        return Err(BuildRule::EmptyName);
    }
    let Some(rest) = rest else {
        return match object.insert(name, value) {
            None => Ok(()),
            Some(_) => Err(BuildRule::Twice),
        };
    };
    // Taken out and put back: a member keeps its place when its value is replaced.
    let mut inner = match object.insert(name, Json::Null) {
        None => JsonObject::new(),
        Some(Json::Object(inner)) => inner,
        Some(_) => return Err(BuildRule::NotAnObject),
    };
    place(&mut inner, rest, value)?;
    object.insert(name, inner);
    Ok(())
}

/// The path of the first member that would travel unsigned.
fn never_signed(object: &JsonObject, parent: &str) -> Option<String> {
    object.iter().find_map(|(name, value)| {
        let path = if parent.is_empty() {
            name.to_owned()
        } else {
            format!("{parent}.{name}")
        };
        if NEVER_SIGNED.contains(&name) {
            Some(path)
        } else {
            never_signed_value(value, &path)
        }
    })
}

fn never_signed_value(value: &Json, path: &str) -> Option<String> {
    match value {
        Json::Object(object) => never_signed(object, path),
        Json::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| never_signed_value(item, &format!("{path}.{index}"))),
        _ => None,
    }
}
