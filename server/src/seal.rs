//! Sealing of the few secrets that must be kept and read again. The key is not in the database, so a copy of
//! the database alone opens nothing.
//!
//! XChaCha20-Poly1305 with a random nonce. What a sealed value is for is bound to it (`purpose`): one that was
//! moved to another place in the database does not open there.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::ids::Ids;

const KEY: usize = 32;
const NONCE: usize = 24;
/// The first bytes of a sealed value tell which key it was sealed with.
const KEY_ID: usize = 4;

/// Where the key is; explained in `config.default.toml`.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub key: String,
    pub key_file: PathBuf,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("key_file", &self.key_file).finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{place} must hold 32 bytes in base64, as `openssl rand -base64 32` prints them")]
    Malformed { place: String },
    #[error("cannot read the key file {path}", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot create the key file {path}; set secret.key_file to a place that can be written", path = path.display())]
    Create { path: PathBuf, source: io::Error },
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("it was sealed with another key; bring back the old key (settings secret.key, secret.key_file)")]
    OtherKey,
    #[error("it was changed, or belongs elsewhere")]
    Damaged,
}

/// Seals and opens.
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
    id: [u8; KEY_ID],
    ids: Arc<dyn Ids>,
}

impl Seal {
    /// With the key of the settings; without one, with that of the file, which is made when it is missing.
    pub fn load(settings: &Settings, ids: Arc<dyn Ids>) -> Result<Self, KeyError> {
        let key = if settings.key.is_empty() {
            from_file(&settings.key_file, &*ids)?
        } else {
            parse(&settings.key, "secret.key")?
        };
        Ok(Self::new(key, ids))
    }

    pub fn new(key: [u8; KEY], ids: Arc<dyn Ids>) -> Self {
        let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(key).into();
        Self { cipher: XChaCha20Poly1305::new(&Key::from(key)), id: [a, b, c, d], ids }
    }

    pub fn seal(&self, purpose: &str, open: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        self.ids.fill(&mut nonce);
        let payload = Payload { msg: open, aad: purpose.as_bytes() };
        // Fails only beyond 256 GB; then nothing is sealed, and nothing opens.
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        [&self.id[..], &nonce, &sealed].concat()
    }

    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (id, rest) = sealed.split_at_checked(KEY_ID).ok_or(OpenError::Damaged)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::Damaged)?;
        if id != self.id {
            return Err(OpenError::OtherKey);
        }
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Damaged)
    }
}

fn parse(text: &str, place: &str) -> Result<[u8; KEY], KeyError> {
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| KeyError::Malformed { place: place.to_owned() })
}

fn from_file(path: &Path, ids: &dyn Ids) -> Result<[u8; KEY], KeyError> {
    match read(path) {
        Ok(text) => return parse(&text, &path.display().to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(KeyError::Read { path: path.to_owned(), source }),
    }
    let mut key = [0; KEY];
    ids.fill(&mut key);
    match create(path, &STANDARD.encode(key)) {
        Ok(()) => Ok(key),
        // Another process was faster: its key counts.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => from_file(path, ids),
        Err(source) => Err(KeyError::Create { path: path.to_owned(), source }),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    // More than a key's worth is not a key.
    fs::File::open(path)?.take(1024).read_to_string(&mut text)?;
    Ok(text)
}

/// Readable by its owner only, and there whole or not at all.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut directories = DirBuilder::new();
    let mut options = OpenOptions::new();
    directories.recursive(true);
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        directories.mode(0o700);
        options.mode(0o600);
    }
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        directories.create(directory)?;
    }
    let unfinished = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = options.open(&unfinished)?;
    let linked = writeln!(file, "{text}")
        .and_then(|()| file.sync_all())
        // Unlike a rename, a link never replaces a key that is there already.
        .and_then(|()| fs::hard_link(&unfinished, path));
    fs::remove_file(&unfinished)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SystemIds;

    fn seal(key: u8) -> Seal {
        Seal::new([key; KEY], Arc::new(SystemIds::default()))
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_and_for_its_purpose_only() {
        let sealed = seal(1).seal("two-step of 7", b"a secret of somebody");
        assert_ne!(sealed, seal(1).seal("two-step of 7", b"a secret of somebody"), "fresh each time");
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert_eq!(seal(1).open("two-step of 7", &sealed).unwrap(), b"a secret of somebody");
        assert!(matches!(seal(1).open("two-step of 8", &sealed), Err(OpenError::Damaged)));
        assert!(matches!(seal(2).open("two-step of 7", &sealed), Err(OpenError::OtherKey)));
        for cut in 0..sealed.len() {
            assert!(seal(1).open("two-step of 7", &sealed[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let key_file = directory.path().join("new/secret.key");
        let settings = Settings { key: String::new(), key_file: key_file.clone() };
        let load = || Seal::load(&settings, Arc::new(SystemIds::default()));
        let sealed = load().unwrap().seal("x", b"y");
        assert_eq!(load().unwrap().open("x", &sealed).unwrap(), b"y", "the same after a restart");
        assert_eq!(fs::read_dir(key_file.parent().unwrap()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&key_file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&key_file, "not a key").unwrap();
        assert!(matches!(load(), Err(KeyError::Malformed { .. })));
        let given = Settings { key: STANDARD.encode([3; KEY]), key_file };
        let opened = Seal::load(&given, Arc::new(SystemIds::default())).unwrap();
        assert_eq!(opened.open("x", &seal(3).seal("x", b"z")).unwrap(), b"z", "the setting wins");
        assert!(!format!("{given:?}").contains(&given.key));
    }
}
