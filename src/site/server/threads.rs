//! The threads of a server: one or more that serve pages, one for control.
//!
//! Each has a single-threaded runtime of its own. The first serving thread
//! also accepts, and hands connections out in turn; with one thread they stay
//! where they were accepted. The control port lives apart, so that reading a
//! ledger never stands between a request and its answer.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::thread::Builder;

use anyhow::Context as _;
use hyper::server::conn::http1;
use tokio::net::TcpStream;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::accept;
use super::connections::{self, Open};
use super::control::port::{self, ControlPort};
use super::delay::Delays;
use super::limits::HEAD_BYTES;
use super::respond::Responder;
use super::routes::Routes;
use super::shared::Shared;
use super::stream::{ConnectionState, Stream};

/// Threads that run until they are stopped or dropped.
#[derive(Debug)]
pub(super) struct Threads(Vec<Running>);

#[derive(Debug)]
struct Running {
    /// Dropped to end the thread: its runtime waits for nothing else.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
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
        let ports = [Arc::clone(&shared.connections), Arc::clone(&on.connections)];
        control_runtime.spawn(connections::watch(ports));
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
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let shared = Arc::clone(&serving[0].shared);
    for serving in serving.iter().cycle() {
        let place = if let Some(place) = shared.connections.free_place() {
            place
        } else {
            accept::say_once(&"as many are open as its limit of descriptors allows");
            shared.connections.place().await
        };
        let (stream, client) = accept::next(&listener).await;
        shared.window().counters[0].connections.add(1);
        let state = Arc::new(ConnectionState::new(
            Arc::clone(&shared.wants_head),
            Arc::clone(&shared.unfinished_bytes),
        ));
        let open = shared.connections.add(&state, place);
        let serving = serving.clone();
        let task = if serving.thread == 0 {
            tokio::spawn(serving.serve(stream, client, Arc::clone(&state), open))
        } else {
            let Ok(stream) = stream.into_std() else {
                continue;
            };
            serving.take_over(stream, client, Arc::clone(&state), open)
        };
        state.served_by(task.abort_handle());
    }
    Ok(())
}

impl Serving {
    /// Moves a connection from the reactor it was accepted on to this one.
    fn take_over(
        self,
        stream: std::net::TcpStream,
        client: IpAddr,
        connection: Arc<ConnectionState>,
        open: Open,
    ) -> JoinHandle<()> {
        self.on.clone().spawn(async move {
            if let Ok(stream) = TcpStream::from_std(stream) {
                self.serve(stream, client, connection, open).await;
            }
        })
    }

    async fn serve(
        self,
        stream: TcpStream,
        client: IpAddr,
        connection: Arc<ConnectionState>,
        open: Open,
    ) {
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
            .max_header_size(HEAD_BYTES)
            .serve_connection(stream, routes)
            .await;
        drop(open);
    }
}
