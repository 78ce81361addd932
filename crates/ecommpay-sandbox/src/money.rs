//! Minor units and their decimal text, with the sandbox's own table of exponents.

/// Digits after the point of a currency.
fn digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "BYR" | "CLF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG"
        | "RWF" | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// `1300` CNY as `13.00`.
pub(crate) fn decimal(minor: i64, currency: &str) -> String {
    let digits = digits(currency);
    if digits == 0 {
        return minor.to_string();
    }
    let unit = 10_i64.pow(digits);
    format!(
        "{}.{:0width$}",
        minor / unit,
        minor.abs() % unit,
        width = digits as usize
    )
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn documented_amounts() {
        assert_eq!(decimal(1000, "CNY"), "10.00");
        assert_eq!(decimal(45066, "GBP"), "450.66");
        assert_eq!(decimal(200, "JPY"), "200");
        assert_eq!(decimal(150_155, "KWD"), "150.155");
    }
}
