//! `regatta serve`: the mock server by hand, or as the experiment's own part.
//!
//! The first line on stdout is `listening on http://127.0.0.1:PORT`, the
//! second `control on http://127.0.0.1:PORT`: whoever starts a server with
//! `--port 0` reads there where it is.

use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::mpsc;

use anyhow::Context as _;

use crate::server::{Course, Options, Server};
use crate::workload::{Latency, MOST_PAGES};

/// What `regatta serve` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port on 127.0.0.1 where pages are served; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port on 127.0.0.1 for ledgers and courses; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    control_port: u16,
    /// How many pages there are
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=MOST_PAGES))]
    pages: u64,
    /// How long each page waits: 20ms, uniform:10ms:30ms,
    /// lognormal:20ms:0.5 (median, sigma) or 20ms*99,200ms (weights)
    #[arg(long, default_value = "20ms")]
    latency: Latency,
    /// Decides which page waits how long; the same seed is the same course
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that serve pages
    #[arg(long, default_value = "1")]
    threads: NonZeroUsize,
    /// Stop when the process with this id, which must be the parent, ends
    #[arg(long, hide = true, value_name = "PID")]
    die_with: Option<u32>,
}

impl Args {
    fn options(&self) -> Options {
        let course = Course {
            pages: self.pages,
            latency: self.latency.clone(),
            seed: self.seed,
        };
        Options {
            course,
            port: self.port,
            control_port: self.control_port,
            threads: self.threads,
        }
    }
}

/// Serves pages until it is told to stop.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let stop = stop_signal()?;
    if let Some(parent) = args.die_with {
        die_with::parent(parent, &stop.0)?;
    }
    raise_open_files();
    let server = Server::start(args.options())?;
    announce(&server);
    // An error means that no sender is left; there is one in the handler.
    let _ = stop.1.recv();
    let answers = server.answers();
    server.stop();
    eprintln!("regatta: stopped after {answers} answers since the last reset");
    Ok(ExitCode::SUCCESS)
}

type Stop = (mpsc::Sender<()>, mpsc::Receiver<()>);

fn stop_signal() -> anyhow::Result<Stop> {
    let (sender, receiver) = mpsc::channel();
    let signalled = sender.clone();
    // The receiver is gone only when the server is stopping already.
    ctrlc::set_handler(move || {
        let _ = signalled.send(());
    })
    .context("cannot listen for Ctrl-C")?;
    Ok((sender, receiver))
}

/// Says where the server is. Whoever reads it may go away after the first
/// line (`regatta serve | head -1`); the server stays, so a broken pipe is
/// not an error.
fn announce(server: &Server) {
    let (pages, control) = (server.page_address(), server.control_address());
    let mut stdout = io::stdout().lock();
    let _ = writeln!(
        stdout,
        "listening on http://{pages}\n\
         control on http://{control}\n\
         try: curl http://{pages}/page/7    what the server saw: curl http://{control}/ledger"
    )
    .and_then(|()| stdout.flush());
}

/// Every connection is a descriptor, and the soft limit is 1,024 on most
/// machines, for the sake of programs that use `select`. This one does not.
fn raise_open_files() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        // When it cannot be raised the server still works, for fewer.
        let _ = getrlimit(Resource::RLIMIT_NOFILE)
            .and_then(|(_, hard)| setrlimit(Resource::RLIMIT_NOFILE, hard, hard));
    }
}

/// Ends with the parent, however that ends: no server is left behind when an
/// experiment is killed.
#[cfg(target_os = "linux")]
mod die_with {
    use std::sync::mpsc::Sender;

    use nix::sys::signal::Signal;

    pub(super) fn parent(pid: u32, _: &Sender<()>) -> anyhow::Result<()> {
        nix::sys::prctl::set_pdeathsig(Signal::SIGTERM)?;
        // A parent that ended before the line above sends no signal any more.
        let parent = nix::unistd::getppid().as_raw();
        anyhow::ensure!(
            u32::try_from(parent) == Ok(pid),
            "the parent is process {parent}, not {pid}; \
             leave `--die-with` away to start a server by hand"
        );
        Ok(())
    }
}

/// Ends at the end of standard input, which the parent holds open.
#[cfg(not(target_os = "linux"))]
mod die_with {
    use std::io;
    use std::sync::mpsc::Sender;

    pub(super) fn parent(_: u32, stop: &Sender<()>) -> anyhow::Result<()> {
        let stop = stop.clone();
        std::thread::Builder::new()
            .name("die-with".to_owned())
            .spawn(move || {
                let _ = io::copy(&mut io::stdin(), &mut io::sink());
                let _ = stop.send(());
            })?;
        Ok(())
    }
}
