//! A folder of files for browsers: named after their content, so that they may be kept for ever, and each
//! lying there compressed as well. A file is only touched when its content changed, because Cargo rebuilds
//! the server for it, and because the best compression takes seconds.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The file that tells the server's build what is what.
pub(crate) const MANIFEST: &str = "manifest.json";

pub(crate) struct Assets {
    pub folder: PathBuf,
    /// Whether the files will be used for longer than it takes to compress them well.
    pub compressed: bool,
    /// The hash of each file's content, by name.
    files: BTreeMap<String, String>,
}

impl Assets {
    pub(crate) fn open(folder: PathBuf, compressed: bool) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
        Ok(Self { folder, compressed, files: BTreeMap::new() })
    }

    /// What the last build left; null when there was none.
    pub(crate) fn last_manifest(&self) -> Value {
        let text = fs::read_to_string(self.folder.join(MANIFEST)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Adds a file under a name that holds the hash of its content, and gives that name.
    pub(crate) fn add(&mut self, stem: &str, extension: &str, content: &[u8]) -> Result<String> {
        let name = format!("{stem}.{}.{extension}", hash(content));
        self.add_as(&name, content)?;
        Ok(name)
    }

    /// Adds a file under a name that others already know.
    pub(crate) fn add_as(&mut self, name: &str, content: &[u8]) -> Result<()> {
        if !self.is_complete(name) || fs::read(self.folder.join(name))? != content {
            let write = |suffix: &str, content: &[u8]| {
                let path = self.folder.join(format!("{name}{suffix}"));
                fs::write(&path, content).with_context(|| format!("could not write {}", path.display()))
            };
            if self.compressed {
                write(".br", &brotli(content)?)?;
                write(".gz", &gzip(content)?)?;
            }
            write("", content)?;
        }
        self.files.insert(name.to_owned(), hash(content));
        Ok(())
    }

    /// Keeps a file of the last build as it is. False when it is not there any more.
    pub(crate) fn keep(&mut self, name: &str, last: &Value) -> bool {
        match last["files"][name].as_str() {
            Some(hash) if self.is_complete(name) => {
                self.files.insert(name.to_owned(), hash.to_owned());
                true
            }
            _ => false,
        }
    }

    /// Whether the file is there in all its forms.
    fn is_complete(&self, name: &str) -> bool {
        let forms: &[&str] = if self.compressed { &["", ".br", ".gz"] } else { &[""] };
        forms.iter().all(|suffix| self.folder.join(format!("{name}{suffix}")).is_file())
    }

    /// Writes the manifest and removes what earlier builds left.
    pub(crate) fn close(self, mut manifest: Value) -> Result<()> {
        manifest["files"] = serde_json::to_value(&self.files)?;
        let manifest = format!("{manifest:#}\n");
        let path = self.folder.join(MANIFEST);
        if fs::read_to_string(&path).ok().as_ref() != Some(&manifest) {
            fs::write(&path, manifest).with_context(|| format!("could not write {}", path.display()))?;
        }
        for entry in fs::read_dir(&self.folder)?.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let plain = name.strip_suffix(".br").or(name.strip_suffix(".gz")).unwrap_or(&name);
            if name != MANIFEST && !self.files.contains_key(plain) {
                fs::remove_file(entry.path()).with_context(|| format!("could not remove {name}"))?;
            }
        }
        Ok(())
    }
}

/// The first ten hex digits of the SHA-256: enough to tell every build there will ever be apart.
pub(crate) fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

/// Compressed as well as Brotli can.
pub(crate) fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let best =
        BrotliEncoderParams { quality: 11, size_hint: content.len(), ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &best)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}
