//! `regatta serve`: the mock server, started by a user or by another command.
//!
//! The first line on standard output is `listening on http://127.0.0.1:PORT`,
//! the second `control on http://127.0.0.1:PORT`, the third `secret SECRET`. A
//! program that starts a server with `--port 0` reads the addresses there, and
//! what it has to know to use the control port.

use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::mpsc;

use anyhow::Context as _;

use super::exit::OrUsage;
use super::headings::{OUTPUT, OVERRIDE, PORTS, WHAT};
use super::overrides::ServerOverrides;
use super::values::{port, seed, threads, whole};
use crate::fmt;
use crate::site::server::{Options, Scenario, Server};
use crate::site::workload::load;

/// What `regatta serve` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Workload whose pages are served: a name that `regatta workloads` lists, or
    /// a file that ends in .toml
    #[arg(long, default_value = "quick", value_name = "NAME|FILE", help_heading = WHAT)]
    workload: String,
    /// Port on 127.0.0.1 where pages are served; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value = "8080", value_parser = port, help_heading = PORTS)]
    port: u16,
    /// Port on 127.0.0.1 of the ledger, the log and the metrics; 0 takes a free
    /// one. Each request to it needs the secret that is printed at the start
    #[arg(long, value_name = "PORT", default_value = "0", value_parser = port, help_heading = PORTS)]
    control_port: u16,
    #[command(flatten)]
    overrides: ServerOverrides,
    /// Requests a second that the clients have agreed to: the server answers all
    /// of them, and the ledger says how far ahead of that rate they came. 0 is
    /// no agreement; the workload's rate if not given
    #[arg(long, value_name = "N", value_parser = whole::<u32>(0..=u32::MAX.into(), 200), help_heading = OVERRIDE)]
    agreed_rate: Option<u32>,
    /// Record every request, for `GET /log` of the control port
    #[arg(long, help_heading = OUTPUT)]
    log: bool,
    /// Seed of the delays and of the faults; the same seed gives the same ones
    #[arg(long, value_name = "N", default_value = "1", value_parser = seed, help_heading = WHAT)]
    seed: u64,
    /// Threads that serve pages
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads, help_heading = PORTS)]
    threads: usize,
    /// Stop when the process with this id, which must be the parent, ends
    #[arg(long, hide = true, value_name = "PID")]
    die_with: Option<u32>,
}

impl Args {
    fn options(&self) -> anyhow::Result<Options> {
        let mut workload = load::load(&self.workload).or_usage()?;
        self.overrides.apply(&mut workload);
        workload.rate = self.agreed_rate.unwrap_or(workload.rate);
        Ok(Options {
            scenario: Scenario {
                log: self.log,
                ..Scenario::of(&workload, self.seed)
            },
            port: self.port,
            control_port: self.control_port,
            threads: NonZeroUsize::new(self.threads).context("--threads is at least 1")?,
        })
    }
}

/// Serves pages until it is told to stop.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let options = args.options()?;
    let stop = stop_signal()?;
    if let Some(parent) = args.die_with {
        let end = stop.0.clone();
        super::die_with(parent, move || {
            let _ = end.send(());
        })?;
    }
    crate::measure::limits::raise_descriptors();
    let server = Server::start(options)?;
    announce(&server);
    // An error means that no sender is left; there is one in the handler.
    let _ = stop.1.recv();
    let answers = fmt::plural(server.stop(), "answer");
    crate::term::say::error(format!("stopped after {answers} since the last reset"));
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

/// Says where the server is. The reader may close the pipe after the first line
/// (`regatta serve | head -1`); the server stays, so that is not an error. The
/// secret is printed here and nowhere else. curl reads it from its input, because
/// every user of the machine sees the arguments of a process.
fn announce(server: &Server) {
    let (pages, control) = (server.page_address(), server.control_address());
    let secret = server.secret().reveal();
    let mut stdout = io::stdout().lock();
    let _ = writeln!(
        stdout,
        "listening on http://{pages}\n\
         control on http://{control}\n\
         secret {secret}\n\
         try: curl http://{pages}/page/7\n\
         what the server saw: \
         echo 'Authorization: Bearer {secret}' | curl -H @- http://{control}/ledger\n\
         for Prometheus: http://{control}/metrics with `authorization: {{credentials: {secret}}}`"
    )
    .and_then(|()| stdout.flush());
}
