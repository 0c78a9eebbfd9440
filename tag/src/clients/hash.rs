//! SHA-256 hashes as senders write them.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

/// A SHA-256 hash in lower-case hex, from 64 hex digits or base64url (43 characters, or 44 with padding).
pub(crate) fn to_hex(text: &str) -> Option<String> {
    if is_hex(text) {
        return Some(text.to_ascii_lowercase());
    }
    let engine = if text.ends_with('=') { URL_SAFE } else { URL_SAFE_NO_PAD };
    let bytes = engine.decode(text).ok().filter(|bytes| bytes.len() == 32)?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether it is a SHA-256 hash in hex.
pub(crate) fn is_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
