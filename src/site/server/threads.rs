//! The threads of a server: one or more that serve pages, one for control.
//!
//! Each has a single-threaded runtime of its own. The first serving thread
//! also accepts, and hands connections out in turn; with one thread they stay
//! where they were accepted. The control port lives apart, so that reading a
//! ledger never stands between a request and its answer.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{Builder, JoinHandle};

use anyhow::Context as _;
use hyper::server::conn::http1;
use tokio::net::TcpStream;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use super::accept::accept_all;
use super::control::port::{self, ControlPort};
use super::delay::Delays;
use super::respond::Responder;
use super::routes::Routes;
use super::shared::{Open, Shared};
use super::stream::{ConnectionState, Stream};

/// Threads that run until they are stopped or dropped.
#[derive(Debug)]
pub(super) struct Threads(Vec<Running>);

#[derive(Debug)]
struct Running {
    /// Dropped to end the thread: its runtime waits for nothing else.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Threads {
    pub(super) fn start(
        pages: TcpListener,
        (on, control): (Arc<ControlPort>, TcpListener),
        count: usize,
    ) -> anyhow::Result<Self> {
        let shared = &on.shared;
        let mut serving = Vec::new();
        let mut running = Vec::new();
        for thread in 0..count {
            let runtime = runtime()?;
            let delays = {
                let _inside = runtime.enter();
                Delays::start().context("no timer for the delays")?
            };
            serving.push(Serving {
                shared: Arc::clone(shared),
                thread,
                delays,
                on: runtime.handle().clone(),
            });
            running.push((format!("pages-{thread}"), runtime));
        }
        shared.serve_on(serving.iter().map(|serving| serving.on.clone()).collect());
        running[0].1.spawn(accept_pages(pages, serving));
        let control_runtime = runtime()?;
        control_runtime.spawn(port::serve(on, control));
        running.push(("control".to_owned(), control_runtime));
        let running = running
            .into_iter()
            .map(|(name, runtime)| Running::start(name, runtime));
        Ok(Self(running.collect::<Result<_, _>>()?))
    }

    /// Ends every thread, and waits until it has ended.
    pub(super) fn stop(self) {
        for running in self.0 {
            drop(running);
        }
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime")
}

impl Running {
    fn start(name: String, runtime: Runtime) -> anyhow::Result<Self> {
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || {
            // An error means that the sender was dropped, which is the sign.
            let _ = runtime.block_on(stopped);
        };
        let thread = Builder::new().name(name).spawn(run).context("no thread")?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so on stderr.
            let _ = thread.join();
        }
    }
}

/// What a connection needs to be served on one thread.
#[derive(Debug, Clone)]
struct Serving {
    shared: Arc<Shared>,
    thread: usize,
    delays: Delays,
    on: Handle,
}

async fn accept_pages(listener: TcpListener, serving: Vec<Serving>) -> io::Result<()> {
    let turn = AtomicUsize::new(0);
    accept_all(listener, |stream, client| {
        let serving = serving[turn.fetch_add(1, Relaxed) % serving.len()].clone();
        serving.shared.window().counters[0].connections.add(1);
        let open = Open::count(&serving.shared);
        if serving.thread == 0 {
            tokio::spawn(serving.serve(stream, client, open));
        } else {
            serving.take_over(stream, client, open);
        }
    })
    .await
}

impl Serving {
    /// Moves a connection from the reactor it was accepted on to this one.
    fn take_over(self, stream: TcpStream, client: IpAddr, open: Open) {
        let Ok(stream) = stream.into_std() else {
            return;
        };
        self.on.clone().spawn(async move {
            if let Ok(stream) = TcpStream::from_std(stream) {
                self.serve(stream, client, open).await;
            }
        });
    }

    async fn serve(self, stream: TcpStream, client: IpAddr, open: Open) {
        let connection = Arc::new(ConnectionState::new(Arc::clone(&self.shared.wants_head)));
        let stream = Stream::new(stream, Arc::clone(&connection));
        let responder = Responder {
            connection,
            delays: self.delays,
        };
        let routes = Routes::new(self.shared, (self.thread, client), responder);
        // An error means that the client went away or spoke something else
        // than HTTP; the ledger has counted what there was to count.
        let _ = http1::Builder::new()
            // The date would be the only byte of an answer that changes.
            .auto_date_header(false)
            .serve_connection(stream, routes)
            .await;
        drop(open);
    }
}
