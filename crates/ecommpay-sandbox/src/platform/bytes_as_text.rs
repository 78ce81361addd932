//! Bytes in a journal: as text when they are UTF-8, so that people can read it, else as numbers.

use serde::{Deserialize as _, Deserializer, Serialize, Serializer};

#[derive(Serialize)]
#[serde(untagged)]
enum Shown<'a> {
    Text(&'a str),
    Numbers(&'a [u8]),
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Kept {
    Text(String),
    Numbers(Vec<u8>),
}

pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Shown::Text(text),
        Err(_) => Shown::Numbers(bytes),
    }
    .serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Text(text) => text.into_bytes(),
        Kept::Numbers(bytes) => bytes,
    })
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    struct Body(#[serde(with = "super")] Vec<u8>);

    #[test]
    fn every_body_comes_back_as_it_was() {
        for bytes in [&b"{\"a\":1}"[..], b"", b"\xff\x00{"] {
            let kept = serde_json::to_string(&Body(bytes.to_vec())).unwrap();
            let Body(back) = serde_json::from_str(&kept).unwrap();
            assert_eq!(back, bytes, "{kept}");
        }
    }
}
