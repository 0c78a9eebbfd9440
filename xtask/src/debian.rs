//! Source packages out of Debian's archive, through lists and caches of our own: what the machine has installed
//! and what it knows of packages stay untouched.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::process;
use crate::step::note;
use crate::workspace::find_program;

/// Where Debian keeps compilers newer than its stable release, the likeliest first.
const SUITES: [&str; 4] = ["trixie-backports", "trixie", "testing", "unstable"];

/// Unpacks the source of that Rust version's standard library in `scratch`, and gives its folder.
pub(crate) fn rust_library(version: &str, scratch: &Path) -> Result<PathBuf> {
    for program in ["apt-get", "apt-cache", "dpkg"] {
        if find_program(program).is_none() {
            bail!(
                "this is not a Debian system ({program} is missing), so there is no source package to build"
            );
        }
    }
    let archive = Archive::of_this_machine()?;
    let apt = Apt { scratch };
    for suite in SUITES {
        note(&format!("looking for rust-src {version} in {suite} at {}", archive.uri));
        if let Some(package) = apt.find(&archive, suite, version)? {
            return apt.unpack(&package, version);
        }
    }
    bail!("{} has no rust-src {version} in {}", archive.uri, SUITES.join(", "))
}

struct Apt<'a> {
    scratch: &'a Path,
}

impl Apt<'_> {
    /// The name and version of the package in the suite, as `rust-src=1.95.0+dfsg1-1~bpo13+1`.
    fn find(&self, archive: &Archive, suite: &str, version: &str) -> Result<Option<String>> {
        let _ = fs::remove_dir_all(self.scratch.join("lists"));
        for folder in ["lists/partial", "archives/partial"] {
            let folder = self.scratch.join(folder);
            fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
        }
        let line = format!("deb {} {} {suite} main\n", archive.options, archive.uri);
        fs::write(self.scratch.join("sources.list"), line)
            .context("could not write a package source list")?;
        if let Err(error) = process::run(self.command("apt-get").args(["--quiet", "update"])) {
            // Not every mirror carries every suite.
            note(&format!("{suite} cannot be read: {error:#}"));
            return Ok(None);
        }
        let offered = process::output(self.command("apt-cache").args(["madison", "rust-src"]))?;
        Ok(offered_version(&offered, version).map(|found| format!("rust-src={found}")))
    }

    fn unpack(&self, package: &str, version: &str) -> Result<PathBuf> {
        note(&format!("fetching {package}"));
        process::run(
            self.command("apt-get").current_dir(self.scratch).args(["--quiet", "download", package]),
        )?;
        let package = files(self.scratch, "deb")?.pop().context("apt-get downloaded no package")?;
        let unpacked = self.scratch.join("unpacked");
        process::run(Command::new("dpkg").arg("-x").arg(package).arg(&unpacked))?;
        let library = unpacked.join(format!("usr/src/rustc-{version}/library"));
        if !library.join("Cargo.toml").is_file() {
            bail!("the source package has no {}", library.display());
        }
        // The folders around `library` belong to the compiler's own workspace, which is not all here.
        let alone = self.scratch.join("library");
        fs::rename(&library, &alone).with_context(|| format!("could not move {}", library.display()))?;
        Ok(alone)
    }

    fn command(&self, program: &str) -> Command {
        let set = |name: &str, value: &OsStr| {
            let mut option = OsString::from(format!("-o{name}="));
            option.push(value);
            option
        };
        let inside = |name: &str| self.scratch.join(name).into_os_string();
        let mut command = Command::new(program);
        command
            .arg(set("Dir::Etc::SourceList", &inside("sources.list")))
            .arg(set("Dir::Etc::SourceParts", OsStr::new("/dev/null")))
            .arg(set("Dir::State::Lists", &inside("lists")))
            .arg(set("Dir::Cache", self.scratch.as_os_str()))
            // Apt's own user could not write into the home folder of whoever builds this.
            .arg(set("APT::Sandbox::User", OsStr::new("root")));
        command
    }
}

/// The address and options of the machine's own Debian source, which its network can surely reach.
#[derive(Debug, PartialEq)]
struct Archive {
    uri: String,
    /// In brackets, as a source list writes them; empty when there are none.
    options: String,
}

impl Archive {
    fn of_this_machine() -> Result<Self> {
        let mut lists = vec![PathBuf::from("/etc/apt/sources.list")];
        let parts = Path::new("/etc/apt/sources.list.d");
        lists.extend(files(parts, "list").unwrap_or_default());
        lists.extend(files(parts, "sources").unwrap_or_default());
        lists
            .iter()
            .filter_map(|list| fs::read_to_string(list).ok())
            .find_map(|list| Self::one_line(&list).or_else(|| Self::stanza(&list)))
            .ok_or_else(|| anyhow!("no Debian package source is configured in /etc/apt"))
    }

    /// `deb [signed-by=/x.gpg] http://mirror.example/debian bookworm main`
    fn one_line(list: &str) -> Option<Self> {
        list.lines().find_map(|line| {
            let rest = line.trim().strip_prefix("deb ")?.trim();
            let (options, rest) = match rest.split_once(']') {
                Some((options, rest)) if options.starts_with('[') => (format!("{options}]"), rest),
                _ => (String::new(), rest),
            };
            let uri = rest.split_whitespace().next()?;
            is_debian(uri).then(|| Self { uri: uri.to_owned(), options })
        })
    }

    /// The newer form: a paragraph of `Types:`, `URIs:`, `Suites:`, `Signed-By:`.
    fn stanza(list: &str) -> Option<Self> {
        list.split("\n\n").find_map(|stanza| {
            let field = |name: &str| {
                let line = stanza.lines().find(|line| line.starts_with(name))?;
                line.strip_prefix(name)?.split_whitespace().next()
            };
            let uri = field("URIs:").filter(|uri| is_debian(uri))?;
            let key = field("Signed-By:").filter(|key| key.starts_with('/'));
            let options = key.map(|key| format!("[signed-by={key}]")).unwrap_or_default();
            Some(Self { uri: uri.to_owned(), options })
        })
    }
}

/// The main archive, whatever mirror it comes from; not `debian-security`, which has no backports.
fn is_debian(uri: &str) -> bool {
    uri.trim_end_matches('/').ends_with("/debian")
}

/// Picks, out of `apt-cache madison`'s table, the package whose upstream version is the wanted one.
fn offered_version<'a>(table: &'a str, upstream: &str) -> Option<&'a str> {
    table.lines().find_map(|line| {
        let version = line.split('|').nth(1)?.trim();
        let rest = version.strip_prefix(upstream)?;
        rest.starts_with(['+', '-', '~']).then_some(version)
    })
}

/// The files in a folder that have the extension.
pub(crate) fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|found| found == extension)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_compilers_own_version_is_taken() {
        let table = "  rust-src | 1.95.1+dfsg1-1~bpo13+1 | http://mirror.example/debian trixie-backports/main\n\
                       rust-src | 1.95.0+dfsg1-1~bpo13+1 | http://mirror.example/debian trixie-backports/main\n";
        assert_eq!(offered_version(table, "1.95.0"), Some("1.95.0+dfsg1-1~bpo13+1"));
        assert_eq!(offered_version(table, "1.9"), None);
        assert_eq!(offered_version("", "1.95.0"), None);
    }

    #[test]
    fn the_archive_is_read_from_either_form_of_source_list() {
        let stanzas = "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\n\n\
                       Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\n\
                       Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n";
        assert_eq!(
            Archive::stanza(stanzas),
            Some(Archive {
                uri: "http://mirror.example/debian".to_owned(),
                options: "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]".to_owned(),
            })
        );

        let lines = "# deb http://old.example/debian stable main\ndeb https://apt.example.org/ any main\n\
                     deb [arch=amd64] https://mirror.example/debian/ bookworm main\n";
        assert_eq!(
            Archive::one_line(lines),
            Some(Archive {
                uri: "https://mirror.example/debian/".to_owned(),
                options: "[arch=amd64]".to_owned()
            })
        );
        assert_eq!(Archive::one_line(stanzas), None);
    }
}
