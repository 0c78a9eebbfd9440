//! What the tests need besides Rust: a Postgres of their own, a browser, npm packages. What is installed is
//! used; what is missing is installed from Debian's packages.

use std::ffi::OsStr;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::assets;
use crate::process;
use crate::step::note;
use crate::workspace::{Workspace, find_program};

/// A Postgres server of this run alone. Dropping it stops it and removes its data.
pub(crate) struct Postgres {
    programs: PathBuf,
    /// Data, socket and log; the server's user owns it.
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        if postgres_programs().is_none() {
            install(&["postgresql"])?;
        }
        let programs =
            postgres_programs().context("Postgres is installed, but its `initdb` is not to be found")?;
        let folder = process::output(owner("mktemp").args(["--directory", "/tmp/sidetag-postgres-XXXXXX"]))?;
        // From here on dropping it cleans up, whatever fails.
        let postgres = Self { programs, folder: PathBuf::from(folder.trim()), port: free_port()? };
        let data = postgres.data();
        process::output(
            postgres
                .program("initdb")
                .args([
                    "--username",
                    "postgres",
                    "--auth",
                    "trust",
                    "--encoding",
                    "UTF8",
                    "--no-locale",
                    "--no-sync",
                ])
                .arg("--pgdata")
                .arg(&data),
        )?;
        // Durable as in production (fsync stays on), with room for tests that each have a pool of connections.
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=300",
            postgres.port,
            postgres.folder.display()
        );
        let log = postgres.folder.join("log");
        process::output(postgres.pg_ctl("start").arg("--log").arg(&log).args(["--options", &options]))
            .map_err(|error| {
                let log = process::output(owner("cat").arg(&log)).unwrap_or_default();
                anyhow!("{error:#}\n{log}")
            })?;
        note(&format!("Postgres listens on {}", postgres.url()));
        Ok(postgres)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn pg_ctl(&self, verb: &str) -> Command {
        let mut command = self.program("pg_ctl");
        command.args([verb, "--wait", "--silent", "--pgdata"]).arg(self.data());
        command
    }

    fn program(&self, name: &str) -> Command {
        owner(self.programs.join(name))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Neither can be made good here: what is left lies in /tmp and is named after us.
        let _ = self.pg_ctl("stop").args(["--mode", "fast"]).output();
        let _ = owner("rm").args(["--recursive", "--force"]).arg(&self.folder).status();
    }
}

/// The program, run by whom Postgres accepts as its user: anybody but root.
fn owner(program: impl AsRef<OsStr>) -> Command {
    let mut command;
    if is_root() {
        command = Command::new("runuser");
        command.args(["--user", "postgres", "--"]).arg(program);
    } else {
        command = Command::new(program);
    }
    // That user need not be allowed into the folder we are in.
    command.current_dir("/");
    command
}

/// The folder with `initdb` and `pg_ctl`: Debian's, the newest first, else what is on `PATH`.
fn postgres_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().filter_map(Result::ok);
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max_by_key(|(version, _)| *version);
    match newest {
        Some((_, folder)) => Some(folder),
        None => find_program("initdb").and_then(|initdb| Some(initdb.parent()?.to_owned())),
    }
}

/// A port that was free just now.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("could not find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// The browser that the end-to-end tests drive; playwright.config.ts names the same path.
pub(crate) fn ensure_chromium() -> Result<()> {
    if Path::new("/usr/bin/chromium").exists() { Ok(()) } else { install(&["chromium"]) }
}

/// Node, which runs modules of the browser part outside a browser.
pub(crate) fn ensure_node() -> Result<()> {
    if find_program("node").is_some() { Ok(()) } else { install(&["nodejs"]) }
}

/// Installs what `end2end/package-lock.json` lists, unless exactly that was installed before.
pub(crate) fn ensure_npm_packages(workspace: &Workspace) -> Result<()> {
    if find_program("npm").is_none() {
        install(&["nodejs", "npm"])?;
    }
    let folder = workspace.root.join("end2end");
    let lock = folder.join("package-lock.json");
    let wanted =
        assets::hash(&fs::read(&lock).with_context(|| format!("could not read {}", lock.display()))?);
    let mark = folder.join("node_modules/.installed");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.current_dir(&folder)
        .args(["ci", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm)?;
    fs::write(&mark, wanted).with_context(|| format!("could not write {}", mark.display()))
}

/// Installs Debian packages, and says what to type where this user may not.
fn install(packages: &[&str]) -> Result<()> {
    let wanted = packages.join(" ");
    if find_program("apt-get").is_none() {
        bail!("please install {wanted} by the means of your system, then try again");
    }
    if !is_root() && find_program("sudo").is_none() {
        bail!("please have root run `apt-get install {wanted}`, then try again");
    }
    note(&format!("installing {wanted}"));
    let install = || {
        process::run(
            apt_get().args(["install", "--yes", "--quiet=2", "--no-install-recommends"]).args(packages),
        )
    };
    // A new machine has no package lists, an old one has lists of packages that are gone.
    install().or_else(|_| process::run(apt_get().args(["update", "--quiet=2"])).and_then(|()| install()))
}

fn apt_get() -> Command {
    let mut command = Command::new(if is_root() { "env" } else { "sudo" });
    if !is_root() {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-oDpkg::Use-Pty=0"]);
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
