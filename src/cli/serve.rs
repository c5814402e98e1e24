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

use crate::site::server::{Options, Scenario, Server};
use crate::site::workload::{Faults, Latency, MOST_PAGES, Slots};

/// What `regatta serve` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port on 127.0.0.1 where pages are served; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port on 127.0.0.1 for ledgers and scenarios; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    control_port: u16,
    /// How many pages there are
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=MOST_PAGES))]
    pages: u64,
    /// How long each page waits: 20ms, uniform:10ms:30ms,
    /// lognormal:20ms:0.5 (median, sigma) or 20ms*99,200ms (weights)
    #[arg(long, default_value = "20ms")]
    latency: Latency,
    /// What happens to a share of the requests: 500=5%, 429=2%:1s (with
    /// Retry-After), reset=1%, break=1% and truncate=1% (inside the body),
    /// stall=1% (never answered) and slow=1%:500ms (the body takes so long)
    #[arg(long, default_value = "none")]
    faults: Faults,
    /// How many requests are worked on at once, and what becomes of the others:
    /// 10:queue (they wait their turn), 10:reject (they are answered 503) or
    /// none
    #[arg(long, default_value = "none")]
    slots: Slots,
    /// How many requests a second each client address may make; above that they
    /// are answered 429. 0 is no limit
    #[arg(long, value_name = "N", default_value_t = 0)]
    allowed_rate: u32,
    /// How many requests a second the clients have agreed to: none is turned
    /// away for it, but the ledger says how far ahead of it they came. 0 is
    /// nothing agreed
    #[arg(long, value_name = "N", default_value_t = 0)]
    agreed_rate: u32,
    /// Write every request down, for `GET /log` of the control port
    #[arg(long)]
    log: bool,
    /// Decides which page waits how long, and which requests fail; the same
    /// seed is the same scenario
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
        let scenario = Scenario {
            pages: self.pages,
            latency: self.latency.clone(),
            faults: self.faults.clone(),
            slots: self.slots,
            allowed_rate: self.allowed_rate,
            agreed_rate: self.agreed_rate,
            log: self.log,
            seed: self.seed,
        };
        Options {
            scenario,
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
        let end = stop.0.clone();
        super::die_with(parent, move || {
            let _ = end.send(());
        })?;
    }
    crate::measure::limits::raise_descriptors();
    let server = Server::start(args.options())?;
    announce(&server);
    // An error means that no sender is left; there is one in the handler.
    let _ = stop.1.recv();
    let answers = server.stop();
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
         try: curl http://{pages}/page/7    what the server saw: curl http://{control}/ledger\n\
         for Prometheus: http://{control}/metrics"
    )
    .and_then(|()| stdout.flush());
}
