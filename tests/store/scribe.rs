//! A process that writes records and says which were acknowledged, to be
//! killed or starved by the tests around it. It is this very test program,
//! which starts itself again.

use std::env;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

use regatta::store::{self, Reach, Writer};

use super::{FIRST_VISIT_MS, record};

const STORE: &str = "REGATTA_TEST_STORE";
const RECORDS: &str = "REGATTA_TEST_RECORDS";
const VISIT: &str = "REGATTA_TEST_VISIT";

/// So few may wait that the writer is waited for all the time.
pub(crate) const CAPACITY: usize = 8;

#[test]
#[ignore = "not a test: the process that other tests start"]
fn scribe() {
    let Ok(spec) = env::var(STORE) else { return };
    let number = |name| env::var(name).unwrap().parse::<u64>().unwrap();
    let store = match store::open(&spec.parse().unwrap(), Reach::Loopback) {
        Ok(store) => store,
        Err(error) => return println!("\nfailed {error:#}"),
    };
    let (room, has_room) = channel();
    let (intake, writer) = Writer::start(store, CAPACITY, move || {
        let _ = room.send(());
    })
    .unwrap();
    let mut told = 0;
    let mut tell = |acknowledged| {
        if acknowledged > told {
            told = acknowledged;
            println!("\nacknowledged {acknowledged}");
            std::io::stdout().flush().unwrap();
        }
    };
    for page in 0..number(RECORDS) {
        while intake.is_full() {
            has_room.recv().unwrap();
        }
        intake.push(record(page, FIRST_VISIT_MS + number(VISIT)));
        tell(intake.acknowledged());
    }
    let finished = writer.finish();
    tell(intake.acknowledged());
    match finished {
        Ok(stored) => println!("\nstored {}", stored.records),
        Err(error) => println!("\nfailed {error:#}"),
    }
}

/// The command that starts it: so many records, in visit number `visit`.
/// `before` are words to put before it, such as `strace -f`.
pub(crate) fn command(before: &[&str], spec: &str, records: u64, visit: u64) -> Command {
    let this = env::current_exe().unwrap();
    let mut words = before.iter().map(Into::into).chain([this.into_os_string()]);
    let mut command = Command::new(words.next().unwrap());
    command
        .args(words)
        .args(["--exact", "scribe::scribe", "--ignored", "--nocapture"])
        .env(STORE, spec)
        .env(RECORDS, records.to_string())
        .env(VISIT, visit.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What became of a scribe.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    pub(crate) acknowledged: u64,
    pub(crate) stored: Option<u64>,
    pub(crate) failed: Option<String>,
}

impl Ending {
    /// Read from what it said; a last line that was cut short says nothing.
    pub(crate) fn of(said: &str) -> Self {
        let whole = said.rfind('\n').map_or("", |end| &said[..end]);
        let mut ending = Self::default();
        for line in whole.lines() {
            match line.split_once(' ') {
                Some(("acknowledged", count)) => ending.acknowledged = count.parse().unwrap(),
                Some(("stored", count)) => ending.stored = Some(count.parse().unwrap()),
                Some(("failed", why)) => ending.failed = Some(why.to_owned()),
                _ => {}
            }
        }
        ending
    }
}

/// Lets it run to its end.
pub(crate) fn run(mut command: Command) -> Ending {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let ending = Ending::of(&said);
    assert!(
        ending.stored.is_some() || ending.failed.is_some(),
        "{said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    ending
}

/// Kills it with signal 9 once it has said so many bytes.
pub(crate) fn kill_after(mut command: Command, bytes: usize) -> Ending {
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut said = vec![0; bytes];
    // It may have been through before; then there is nothing to kill.
    let mut read = 0;
    while read < bytes {
        match stdout.read(&mut said[read..]).unwrap() {
            0 => break,
            more => read += more,
        }
    }
    child.kill().unwrap();
    said.truncate(read);
    stdout.read_to_end(&mut said).unwrap();
    child.wait().unwrap();
    Ending::of(&String::from_utf8_lossy(&said))
}
