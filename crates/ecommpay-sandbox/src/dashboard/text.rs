//! How values are shown to people.

use crate::money;

/// An amount of minor units with its currency: `13.00 CNY`.
pub(super) fn amount(minor: i64, currency: &str) -> String {
    format!("{} {currency}", money::decimal(minor, currency))
}

/// A canonical string, one item on a line.
pub(super) fn items(canonical: &str) -> String {
    canonical.replace(';', ";\n")
}

/// `2026-01-01T12:00:00+0000` as `2026-01-01 12:00:00`; other texts as they are.
pub(super) fn instant(text: &str) -> String {
    match text.strip_suffix("+0000") {
        Some(time) => time.replacen('T', " ", 1),
        None => text.to_owned(),
    }
}

/// The class of a status badge. Its text says the status; the colour only helps.
pub(super) fn tone(status: &str) -> &'static str {
    match status {
        "success" | "paid" | "delivered" | "enabled" => "good",
        "decline" | "error" | "failed" | "expired" => "bad",
        "refunded" | "partially refunded" | "cancelled" | "canceled" => "",
        _ if status.starts_with("awaiting") || status == "processing" => "wait",
        _ => "",
    }
}

/// `payment_request_received` as `Payment request received`.
pub(super) fn sentence(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_without_their_offset() {
        assert_eq!(instant("2026-01-01T12:00:00+0000"), "2026-01-01 12:00:00");
        assert_eq!(instant("soon"), "soon");
    }

    #[test]
    fn names_become_sentences() {
        assert_eq!(sentence("qr_text"), "Qr text");
        assert_eq!(sentence(""), "");
    }
}
