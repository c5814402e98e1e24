//! A PostgreSQL server of our own, in a temporary directory, for as long as
//! some test holds it.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, User};
use postgres::{Client, NoTls};

use crate::support::ports::free_port;
use crate::support::{eventually, skip};

/// Everybody may log in; bob needs a password.
const WHO_MAY: &str = "host all bob 127.0.0.1/32 scram-sha-256\n\
                       host all all 127.0.0.1/32 trust\nlocal all all trust\n";

/// The server; it ends when the last of its tests does.
#[derive(Debug)]
pub(super) struct Server {
    place: tempfile::TempDir,
    programs: PathBuf,
    pub(super) port: u16,
    process: Mutex<Child>,
}

impl Server {
    /// The server that all tests share, or `None` and a loud skip.
    pub(super) fn shared(test: &str) -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start(test)?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// A server for this test alone, or `None` and a loud skip.
    pub(super) fn start(test: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            skip(
                test,
                "PostgreSQL is not installed: apt-get install postgresql",
            );
            return None;
        };
        if Uid::effective().is_root() && servant().is_none() {
            skip(
                test,
                "root may run no PostgreSQL, and there is no user postgres",
            );
            return None;
        }
        let place = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
        if let Some(user) = servant() {
            chown(
                place.path(),
                Some(user.uid.as_raw()),
                Some(user.gid.as_raw()),
            )
            .unwrap();
        }
        make_cluster(&programs, &place.path().join("data"));
        let port = free_port();
        let process = Mutex::new(run(&programs, place.path(), port));
        let server = Self {
            place,
            programs,
            port,
            process,
        };
        server.wait_until_ready();
        Some(server)
    }

    /// The URL of a database, as user ann.
    pub(super) fn url(&self, database: &str) -> String {
        format!("postgres://ann@127.0.0.1:{}/{database}", self.port)
    }

    /// The URL through the socket in its directory.
    pub(super) fn socket_url(&self, database: &str) -> String {
        let directory = self.place.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://ann@{directory}:{}/{database}", self.port)
    }

    /// Makes a database and returns its URL.
    pub(super) fn database(&self, name: &str) -> String {
        self.client("postgres")
            .batch_execute(&format!("create database {name}"))
            .unwrap();
        self.url(name)
    }

    /// A connection to one of its databases.
    pub(super) fn client(&self, database: &str) -> Client {
        Client::connect(&self.url(database), NoTls).unwrap()
    }

    /// The path of one of PostgreSQL's programs.
    pub(super) fn program(&self, name: &str) -> String {
        self.programs.join(name).to_str().unwrap().to_owned()
    }

    /// Ends it as a crash would: nothing is tidied up.
    pub(super) fn crash(&self) {
        let mut process = self.process.lock().unwrap();
        signal(&process, Signal::SIGQUIT);
        process.wait().unwrap();
    }

    /// Starts it again after a crash.
    pub(super) fn restart(&self) {
        *self.process.lock().unwrap() = run(&self.programs, self.place.path(), self.port);
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        let ready = eventually(|| {
            if let Some(status) = self.process.lock().unwrap().try_wait().unwrap() {
                let log = fs::read_to_string(self.place.path().join("log"));
                panic!("postgres ended with {status}: {log:?}");
            }
            Client::connect(&self.url("postgres"), NoTls).ok()
        });
        assert!(ready.is_some(), "postgres does not come up");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let process = self.process.get_mut();
        let process = process.unwrap_or_else(PoisonError::into_inner);
        if process.try_wait().is_ok_and(|ended| ended.is_none()) {
            signal(process, Signal::SIGQUIT);
            let _ = process.wait();
        }
    }
}

fn signal(process: &Child, signal: Signal) {
    let id = i32::try_from(process.id()).unwrap();
    kill(Pid::from_raw(id), signal).unwrap();
}

/// The newest installed version; distributions keep the server out of `PATH`.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<PathBuf> = versions
        .map(|version| version.unwrap().path().join("bin"))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let elsewhere = std::env::split_paths(&path);
    let has_server = |place: &PathBuf| {
        ["initdb", "postgres"]
            .iter()
            .all(|name| place.join(name).exists())
    };
    versions.into_iter().rev().chain(elsewhere).find(has_server)
}

/// Whom root lets PostgreSQL be run by.
fn servant() -> Option<User> {
    let is_root = Uid::effective().is_root();
    is_root.then(|| User::from_name("postgres").unwrap())?
}

fn command(programs: &Path, name: &str) -> Command {
    let mut command = Command::new(programs.join(name));
    command.stdin(Stdio::null()).current_dir("/");
    if let Some(user) = servant() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

fn make_cluster(programs: &Path, data: &Path) {
    let output = command(programs, "initdb")
        .args(["--username=ann", "--auth=trust", "--no-sync", "--no-locale"])
        .args(["--encoding=UTF8", "--pgdata"])
        .arg(data)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "initdb: {said}");
    fs::write(data.join("pg_hba.conf"), WHO_MAY).unwrap();
}

fn run(programs: &Path, place: &Path, port: u16) -> Child {
    let mut log = fs::OpenOptions::new();
    let log = log
        .append(true)
        .create(true)
        .open(place.join("log"))
        .unwrap();
    command(programs, "postgres")
        .arg("-D")
        .arg(place.join("data"))
        .arg("-k")
        .arg(place)
        .args(["-p", &port.to_string()])
        .args(["-c", "listen_addresses=127.0.0.1"])
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}
