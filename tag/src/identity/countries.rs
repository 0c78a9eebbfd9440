//! Calling codes by country, and what of the numbering plans is needed to complete a national number.
//!
//! The libraries for this bring all numbering plans of the world (megabytes, or a regex engine); a hash
//! needs only the calling code and the digit that is dialled at home and nowhere else.

/// ISO 3166 alpha-2 and the calling code (ITU-T E.164, list of assigned country codes), in five bytes each.
/// `XK` is in use for Kosovo; uninhabited territories have the code of their administration.
#[rustfmt::skip]
const CODES: &[[u8; 5]] = &[
    *b"AC247", *b"AD376", *b"AE971", *b"AF93 ", *b"AG1  ", *b"AI1  ", *b"AL355", *b"AM374", *b"AO244",
    *b"AQ672", *b"AR54 ", *b"AS1  ", *b"AT43 ", *b"AU61 ", *b"AW297", *b"AX358", *b"AZ994", *b"BA387",
    *b"BB1  ", *b"BD880", *b"BE32 ", *b"BF226", *b"BG359", *b"BH973", *b"BI257", *b"BJ229", *b"BL590",
    *b"BM1  ", *b"BN673", *b"BO591", *b"BQ599", *b"BR55 ", *b"BS1  ", *b"BT975", *b"BV47 ", *b"BW267",
    *b"BY375", *b"BZ501", *b"CA1  ", *b"CC61 ", *b"CD243", *b"CF236", *b"CG242", *b"CH41 ", *b"CI225",
    *b"CK682", *b"CL56 ", *b"CM237", *b"CN86 ", *b"CO57 ", *b"CR506", *b"CU53 ", *b"CV238", *b"CW599",
    *b"CX61 ", *b"CY357", *b"CZ420", *b"DE49 ", *b"DJ253", *b"DK45 ", *b"DM1  ", *b"DO1  ", *b"DZ213",
    *b"EC593", *b"EE372", *b"EG20 ", *b"EH212", *b"ER291", *b"ES34 ", *b"ET251", *b"FI358", *b"FJ679",
    *b"FK500", *b"FM691", *b"FO298", *b"FR33 ", *b"GA241", *b"GB44 ", *b"GD1  ", *b"GE995", *b"GF594",
    *b"GG44 ", *b"GH233", *b"GI350", *b"GL299", *b"GM220", *b"GN224", *b"GP590", *b"GQ240", *b"GR30 ",
    *b"GS500", *b"GT502", *b"GU1  ", *b"GW245", *b"GY592", *b"HK852", *b"HM672", *b"HN504", *b"HR385",
    *b"HT509", *b"HU36 ", *b"ID62 ", *b"IE353", *b"IL972", *b"IM44 ", *b"IN91 ", *b"IO246", *b"IQ964",
    *b"IR98 ", *b"IS354", *b"IT39 ", *b"JE44 ", *b"JM1  ", *b"JO962", *b"JP81 ", *b"KE254", *b"KG996",
    *b"KH855", *b"KI686", *b"KM269", *b"KN1  ", *b"KP850", *b"KR82 ", *b"KW965", *b"KY1  ", *b"KZ7  ",
    *b"LA856", *b"LB961", *b"LC1  ", *b"LI423", *b"LK94 ", *b"LR231", *b"LS266", *b"LT370", *b"LU352",
    *b"LV371", *b"LY218", *b"MA212", *b"MC377", *b"MD373", *b"ME382", *b"MF590", *b"MG261", *b"MH692",
    *b"MK389", *b"ML223", *b"MM95 ", *b"MN976", *b"MO853", *b"MP1  ", *b"MQ596", *b"MR222", *b"MS1  ",
    *b"MT356", *b"MU230", *b"MV960", *b"MW265", *b"MX52 ", *b"MY60 ", *b"MZ258", *b"NA264", *b"NC687",
    *b"NE227", *b"NF672", *b"NG234", *b"NI505", *b"NL31 ", *b"NO47 ", *b"NP977", *b"NR674", *b"NU683",
    *b"NZ64 ", *b"OM968", *b"PA507", *b"PE51 ", *b"PF689", *b"PG675", *b"PH63 ", *b"PK92 ", *b"PL48 ",
    *b"PM508", *b"PN64 ", *b"PR1  ", *b"PS970", *b"PT351", *b"PW680", *b"PY595", *b"QA974", *b"RE262",
    *b"RO40 ", *b"RS381", *b"RU7  ", *b"RW250", *b"SA966", *b"SB677", *b"SC248", *b"SD249", *b"SE46 ",
    *b"SG65 ", *b"SH290", *b"SI386", *b"SJ47 ", *b"SK421", *b"SL232", *b"SM378", *b"SN221", *b"SO252",
    *b"SR597", *b"SS211", *b"ST239", *b"SV503", *b"SX1  ", *b"SY963", *b"SZ268", *b"TC1  ", *b"TD235",
    *b"TF262", *b"TG228", *b"TH66 ", *b"TJ992", *b"TK690", *b"TL670", *b"TM993", *b"TN216", *b"TO676",
    *b"TR90 ", *b"TT1  ", *b"TV688", *b"TW886", *b"TZ255", *b"UA380", *b"UG256", *b"UM1  ", *b"US1  ",
    *b"UY598", *b"UZ998", *b"VA39 ", *b"VC1  ", *b"VE58 ", *b"VG1  ", *b"VI1  ", *b"VN84 ", *b"VU678",
    *b"WF681", *b"WS685", *b"XK383", *b"YE967", *b"YT262", *b"ZA27 ", *b"ZM260", *b"ZW263",
];

/// What is special about the national numbers behind a calling code.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// Dialled before a number inside the country, and not part of it.
    pub(super) trunk: &'static str,
    /// The fewest digits of a number that one would write: with fewer behind it, what looks like the calling
    /// code is the beginning of a national number.
    pub(super) shortest: usize,
}

/// The calling code of a country, given in upper case.
pub(crate) fn calling_code(country: &str) -> Option<&'static str> {
    let entry = CODES.iter().find(|entry| entry[..2] == *country.as_bytes())?;
    Some(code(entry))
}

/// The calling code that an international number begins with. No code is the beginning of another.
pub(super) fn code_of(digits: &str) -> Option<&'static str> {
    let [a, b, c, ..] = *digits.as_bytes() else { return None };
    let fits = |entry: &&[u8; 5]| {
        entry[2] == a && (entry[3] == b || entry[3] == b' ') && (entry[4] == c || entry[4] == b' ')
    };
    CODES.iter().find(fits).map(code)
}

fn code(entry: &'static [u8; 5]) -> &'static str {
    std::str::from_utf8(&entry[2..]).unwrap_or_default().trim_end()
}

/// The plan behind a calling code. From the ITU's national numbering plans; what is not named here has the
/// trunk zero or no national number that begins with zero.
pub(super) fn plan(code: &str) -> Plan {
    let (trunk, shortest) = match code {
        "1" => ("1", 10),
        "7" => ("8", 10),
        "36" => ("06", 8),
        // The zero belongs to the number.
        "39" => ("", 9),
        "225" | "229" | "242" | "378" => ("", 8),
        "52" => ("01", 10),
        "55" | "91" | "98" => ("0", 10),
        "370" | "993" => ("8", 8),
        "375" => ("80", 9),
        code if code.len() == 3 => ("0", 7),
        _ => ("0", 8),
    };
    Plan { trunk, shortest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_codes() {
        for (country, code) in
            [("US", "1"), ("DE", "49"), ("GB", "44"), ("BR", "55"), ("JP", "81"), ("PT", "351")]
        {
            assert_eq!(calling_code(country), Some(code), "{country}");
        }
        for none in ["", "D", "DEU", "de", "ZZ", "EU", "UK", "é"] {
            assert_eq!(calling_code(none), None, "{none}");
        }
    }

    #[test]
    fn the_table_is_in_order_and_no_code_begins_another() {
        assert!(CODES.is_sorted_by_key(|entry| &entry[..2]));
        for entry in CODES {
            let own = code(entry);
            assert_eq!(code_of(&format!("{own}123456")), Some(own));
            assert!(own.bytes().all(|byte| byte.is_ascii_digit()) && !own.is_empty());
            for other in CODES.iter().map(code) {
                assert!(other == own || !other.starts_with(own), "{own} begins {other}");
            }
        }
        for none in ["", "0301234567", "2101234567", "999123456"] {
            assert_eq!(code_of(none), None, "{none}");
        }
    }
}
