//! The joins the fold is made of: the larger value, and the larger value under each key.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that only grows: joining keeps whatever each side knows and the other does not.
///
/// Implementations must be commutative, associative and idempotent. The answer says whether `self`
/// learned something.
pub(crate) trait Join {
    fn join(&mut self, other: &Self) -> bool;
}

/// Keeps the larger of two values of a totally ordered type.
///
/// `None` is smaller than every `Some`, so an absent member never wipes out a known one.
pub(crate) fn raise<T: Ord + Clone>(known: &mut T, seen: &T) -> bool {
    let learned = *known < *seen;
    if learned {
        known.clone_from(seen);
    }
    learned
}

/// A map whose values are joined key by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JoinMap<K, V>(BTreeMap<K, V>);

impl<K: Ord, V> JoinMap<K, V> {
    pub(crate) fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter()
    }
}

impl<K: Ord, V: Join> JoinMap<K, V> {
    /// Adds one entry, joining it with what is known under its key.
    pub(crate) fn record(&mut self, key: K, value: V) -> bool {
        match self.0.get_mut(&key) {
            Some(known) => known.join(&value),
            None => {
                self.0.insert(key, value);
                true
            }
        }
    }
}

impl<K: Ord + Clone, V: Join + Clone> Join for JoinMap<K, V> {
    fn join(&mut self, other: &Self) -> bool {
        let mut learned = false;
        for (key, value) in &other.0 {
            learned |= self.record(key.clone(), value.clone());
        }
        learned
    }
}

// JSON wants text for keys and ours are records, so the map is stored as a list of pairs.
impl<K: Serialize, V: Serialize> Serialize for JoinMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl<'de, K, V> Deserialize<'de> for JoinMap<K, V>
where
    K: Ord + Deserialize<'de>,
    V: Join + Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut map = Self::new();
        for (key, value) in Vec::<(K, V)>::deserialize(deserializer)? {
            map.record(key, value);
        }
        Ok(map)
    }
}
