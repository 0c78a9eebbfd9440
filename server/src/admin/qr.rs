//! A QR code as the outline of its dark squares, for an SVG path: no picture file, no inline style.

use qrcodegen::{QrCode, QrCodeEcc};

/// Light squares around it, which readers need.
const QUIET: i32 = 4;

/// The outline and the width, one unit a square. `None`: the text is too long for a QR code.
pub(super) fn outline(text: &str) -> Option<(String, i32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let dark =
        (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    let squares = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
    Some((squares.collect(), size + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn its_corners_are_where_readers_look() {
        let (path, width) = outline("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!((width - 8 - 21) % 4, 0, "{width}");
        for corner in [(4, 4), (width - 5, 4), (4, width - 5)] {
            assert!(path.contains(&format!("M{} {}h1v1h-1z", corner.0, corner.1)), "{corner:?}");
        }
        assert!(outline(&"x".repeat(5000)).is_none());
    }
}
