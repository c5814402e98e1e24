//! What all threads of a server share: the current window, and how many
//! connections are open.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::runtime::Handle;

use super::Scenario;
use super::connections::Connections;
use super::ledger;
use super::limits::{PAGE_IDLE_LOOKS, page_connections};
use super::pages::Pages;
use super::window::Window;
use crate::measure::limits;
use crate::measure::sample::Ledger;

#[derive(Debug)]
pub(super) struct Shared {
    window: Mutex<Arc<Window>>,
    /// The number of `window`, so that a connection sees with one load, and
    /// without the lock, that the window it knows is still the current one.
    window_number: AtomicU64,
    /// Those of the page port.
    pub(super) connections: Arc<Connections>,
    /// What drivers send as `Host`.
    pub(super) host: String,
    pub(super) unfinished_bytes: Arc<AtomicUsize>,
    /// Not 0 while connections keep the bytes they read, because the window
    /// has no sample of a request's head yet.
    pub(super) wants_head: Arc<AtomicU64>,
    serving: OnceLock<Vec<Handle>>,
}

impl Shared {
    /// For pages on this port, with this number of threads.
    pub(super) fn new(scenario: Scenario, port: u16, threads: usize) -> Self {
        let descriptors = limits::descriptors().map(|(soft, _)| soft);
        let most = page_connections(descriptors, threads);
        let pages = Arc::new(Pages::build(scenario.pages));
        Self {
            window: Mutex::new(Arc::new(Window::new(0, scenario, pages, threads))),
            window_number: AtomicU64::new(0),
            connections: Connections::new(most, PAGE_IDLE_LOOKS),
            host: format!("127.0.0.1:{port}"),
            unfinished_bytes: Arc::default(),
            wants_head: Arc::new(AtomicU64::new(1)),
            serving: OnceLock::new(),
        }
    }

    /// The current window.
    pub(super) fn window(&self) -> Arc<Window> {
        Arc::clone(&self.window.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces a window that a reset has ended by the current one.
    pub(super) fn refresh(&self, known: &mut Arc<Window>) {
        if known.number != self.window_number.load(Ordering::Acquire) {
            *known = self.window();
        }
    }

    /// Starts a new window: on `scenario`, or on the same scenario again. Pages
    /// are built again only when there are more or fewer of them, because a
    /// page may name its neighbours.
    pub(super) fn reset(&self, scenario: Option<Scenario>) -> Arc<Window> {
        let old = self.window();
        let scenario = scenario.unwrap_or_else(|| old.scenario.clone());
        let pages = if scenario.pages == old.pages.len() {
            Arc::clone(&old.pages)
        } else {
            Arc::new(Pages::build(scenario.pages))
        };
        let threads = old.counters.len();
        let mut current = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let number = current.number + 1;
        *current = Arc::new(Window::new(number, scenario, pages, threads));
        self.wants_head.store(number + 1, Ordering::Relaxed);
        self.window_number.store(number, Ordering::Release);
        Arc::clone(&current)
    }

    pub(super) fn ledger(&self) -> Ledger {
        self.ledger_of(&self.window())
    }

    /// The ledger of a window that is looked at more closely.
    pub(super) fn ledger_of(&self, window: &Window) -> Ledger {
        ledger::read(window, self.connections.count())
    }

    pub(super) fn serve_on(&self, handles: Vec<Handle>) {
        self.serving.set(handles).expect("threads are started once");
    }

    /// Waits until each serving thread has finished what it is doing.
    ///
    /// A client can have the last byte of its answer, and ask for the
    /// ledger, before the serving thread comes back from the very `writev`
    /// that sent it. An empty task on that thread runs only after the answer
    /// was noted down, and makes what was noted visible here.
    pub(super) async fn settled(&self) {
        for handle in self.serving.get().into_iter().flatten() {
            // An error means that the thread is stopping: nothing to wait for.
            let _ = handle.spawn(async {}).await;
        }
    }
}
