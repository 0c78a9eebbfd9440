//! Codes from an authenticator app (RFC 6238: HMAC-SHA-1, six digits, 30 seconds). Pure: the time is an
//! argument, and who calls remembers which step was taken last.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Bytes of a secret, as long as the hash (RFC 4226, section 4).
pub(super) const SECRET: usize = 20;
const STEP_MS: i64 = 30_000;
/// Steps before and after the present one whose codes are taken: clocks differ, and typing takes time.
const SLACK: i64 = 1;

/// The step whose code this is, if it is near enough to now.
pub(super) fn step_of(secret: &[u8], code: &str, now_ms: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let present = now_ms.div_euclid(STEP_MS);
    // Each is computed and compared, so that the time taken tells nothing.
    let matching = (present - SLACK..=present + SLACK)
        .filter(|step| bool::from(written(hotp(secret, *step, 6), 6).as_bytes().ct_eq(code.as_bytes())));
    matching.max()
}

/// The secret as one types it into an app: base32 in groups of four.
pub(super) fn typed(secret: &[u8]) -> String {
    let text = BASE32_NOPAD.encode(secret).to_lowercase();
    let groups: Vec<String> =
        text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join(" ")
}

/// The address that the QR code holds, as authenticator apps read it.
pub(super) fn address(secret: &[u8], issuer: &str, account: &str) -> String {
    let mut address = form_urlencoded::Serializer::new(String::new());
    address.append_pair("secret", &BASE32_NOPAD.encode(secret)).append_pair("issuer", issuer);
    let label: String = percent(&format!("{issuer}:{account}"));
    format!("otpauth://totp/{label}?{}", address.finish().replace('+', "%20"))
}

/// Percent-encodes a path's part; form encoding would write a space as a plus.
fn percent(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// RFC 4226, section 5.3.
fn hotp(secret: &[u8], step: i64, digits: u32) -> u32 {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return 0 };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 0xf);
    let word = u32::from_be_bytes([hash[offset], hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    (word & 0x7fff_ffff) % 10_u32.pow(digits)
}

fn written(code: u32, digits: usize) -> String {
    format!("{code:0digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8; 20] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238_come_out() {
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = seconds / 30;
            assert_eq!(written(hotp(SECRET, step, 8), 8), code, "{seconds}");
            assert_eq!(step_of(SECRET, &code[2..], seconds * 1000), Some(step), "six of the eight digits");
        }
    }

    #[test]
    fn the_vectors_of_rfc_4226_come_out() {
        let codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583"];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(written(hotp(SECRET, step, 6), 6), code, "{step}");
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_no_more() {
        let at = |step: i64| step_of(SECRET, "969429", step * STEP_MS);
        assert_eq!([at(1), at(2), at(3), at(4), at(5)], [None, Some(3), Some(3), Some(3), None]);
        assert_eq!(step_of(SECRET, " 969 429 ", 3 * STEP_MS), Some(3));
        for wrong in ["", "969428", "96942", "9694290", "969429x"] {
            assert_eq!(step_of(SECRET, wrong, 3 * STEP_MS), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_can_read_the_secret() {
        assert_eq!(typed(SECRET), "gezd gnbv gy3t qojq gezd gnbv gy3t qojq");
        assert_eq!(
            address(SECRET, "Sidetag tags.shop.example", "mara+x@shop.example"),
            "otpauth://totp/Sidetag%20tags.shop.example%3Amara%2Bx%40shop.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sidetag%20tags.shop.example"
        );
    }
}
