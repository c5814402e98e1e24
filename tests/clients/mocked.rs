//! A server that we did not write.

use std::net::SocketAddr;

use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::page;

/// wiremock, and the runtime that it wants around it.
#[derive(Debug)]
pub(crate) struct Mocked {
    runtime: tokio::runtime::Runtime,
    server: MockServer,
}

impl Mocked {
    pub(crate) fn answering(
        answer: impl Fn(u64) -> ResponseTemplate + Send + Sync + 'static,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(MockServer::start());
        let respond = move |request: &Request| {
            let number = regatta::site::page::number_of(request.url.path());
            answer(number.unwrap_or(u64::MAX))
        };
        runtime.block_on(
            Mock::given(method("GET"))
                .respond_with(respond)
                .mount(&server),
        );
        Self { runtime, server }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        *self.server.address()
    }

    /// The paths that were asked for since the last call, in order of name.
    pub(crate) fn take_paths(&self) -> Vec<String> {
        let requests = self.runtime.block_on(self.server.received_requests());
        let mut paths: Vec<String> = requests
            .unwrap()
            .iter()
            .map(|request| request.url.path().to_owned())
            .collect();
        paths.sort_unstable();
        paths
    }
}

pub(crate) fn with_page(number: u64) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(page(number), "text/html; charset=utf-8")
}
