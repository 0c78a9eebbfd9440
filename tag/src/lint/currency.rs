//! The currencies that Amazon takes.

/// The 81 codes of Amazon's Events API, sorted.
const KNOWN: [&str; 81] = [
    "AED", "ARS", "AUD", "AZN", "BBD", "BGN", "BHD", "BMD", "BND", "BOB", "BRL", "BSD", "CAD", "CHF", "CLP",
    "CNY", "COP", "CRC", "CZK", "DKK", "DOP", "DZD", "EGP", "EUR", "GBP", "GHS", "GTQ", "HKD", "HNL", "HRK",
    "HUF", "IDR", "ILS", "INR", "JMD", "JOD", "JPY", "KES", "KRW", "KWD", "KYD", "KZT", "LBP", "LKR", "MAD",
    "MUR", "MXN", "MXP", "MYR", "NAD", "NGN", "NOK", "NZD", "PAB", "PEN", "PHP", "PKR", "PLN", "PYG", "QAR",
    "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU",
    "VND", "XAF", "XCD", "XOF", "XPF", "ZAR",
];

pub(super) fn is_known(code: &str) -> bool {
    KNOWN.binary_search(&code).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found() {
        assert!(KNOWN.is_sorted());
        assert!(KNOWN.iter().all(|code| is_known(code)));
        assert!(!is_known("eur") && !is_known("") && !is_known("BTC"));
    }
}
