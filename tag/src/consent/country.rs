//! Countries as Amazon wants them: ISO 3166 alpha-2 in capitals. Says nothing about where a visitor is.

use std::cmp::Ordering;

/// An assigned country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Country(&'static str);

/// What a country field can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Country(Country),
    /// `EU`, which some consent platforms write for a country. It is none, but it says enough to ask for
    /// consent.
    Europe,
}

impl Country {
    pub(crate) fn code(self) -> &'static str {
        self.0
    }

    /// Whether Amazon processes data of its visitors only with consent: the European Economic Area and the
    /// United Kingdom (help article GE2Q65JXRZA8D4KJ). Switzerland is not among them. Parts of the Union with a
    /// code of their own count like the rest.
    pub(crate) fn needs_consent(self) -> bool {
        CONSENT.contains(&self.0)
    }
}

/// Reads a country in any case; `UK` is taken for `GB`. Codes that proxies use for an unknown country (`XX`,
/// `ZZ`, `T1`) are none.
pub(crate) fn read(text: &str) -> Option<Place> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("EU") {
        return Some(Place::Europe);
    }
    let text = if text.eq_ignore_ascii_case("UK") { "GB" } else { text };
    let code: [u8; 2] = text.as_bytes().try_into().ok()?;
    assigned(code.map(|letter| letter.to_ascii_uppercase())).map(|code| Place::Country(Country(code)))
}

/// The code as it stands in the list, which is sorted.
fn assigned(code: [u8; 2]) -> Option<&'static str> {
    const STEP: usize = 3;
    let (mut low, mut high) = (0, COUNTRIES.len().div_ceil(STEP));
    while low < high {
        let middle = low.midpoint(high);
        let found = COUNTRIES.get(middle * STEP..middle * STEP + 2)?;
        match found.as_bytes().cmp(&code) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Some(found),
            Ordering::Greater => high = middle,
        }
    }
    None
}

const CONSENT: [&str; 38] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "GB", "AX", "GF", "GP",
    "MF", "MQ", "RE", "YT",
];

/// ISO 3166-1, which with `OTHER`, `OTHER_EEA` and `ZZ` makes the 252 values of Amazon's Events API.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        match read(text)? {
            Place::Country(country) => Some(country.code()),
            Place::Europe => Some("EU"),
        }
    }

    #[test]
    fn a_country_is_one_that_exists() {
        for (text, expected) in [
            ("de", Some("DE")),
            (" GB ", Some("GB")),
            ("uk", Some("GB")),
            ("eu", Some("EU")),
            ("XX", None),
            ("T1", None),
            ("ZZ", None),
            ("Ü", None),
            ("DEU", None),
            ("D", None),
            ("", None),
            ("AD AE", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        assert_eq!(COUNTRIES.split(' ').count(), 249);
        assert!(COUNTRIES.split(' ').all(|known| code(known) == Some(known)));
        assert!(CONSENT.iter().all(|code| COUNTRIES.split(' ').any(|known| known == *code)));
    }

    #[test]
    fn amazon_asks_for_consent_in_the_eea_and_the_united_kingdom() {
        let needs = |text| matches!(read(text), Some(Place::Country(country)) if country.needs_consent());
        assert!(["DE", "IE", "NO", "IS", "LI", "UK", "RE"].into_iter().all(needs));
        assert!(!["CH", "US", "TR", "JP", "GI", "EU", ""].into_iter().any(needs));
    }
}
