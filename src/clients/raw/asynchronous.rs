//! raw on any async runtime: the same steps as on a thread, each awaited.

use std::future::poll_fn;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;

use futures_io::{AsyncRead, AsyncWrite};

use super::{Exchange, INFO};
use crate::clients::{AsyncClient, AsyncFetcher, Body, ClientInfo, FetchError, Net, Plan};
use crate::frontier::Ticket;

/// The async raw client: nothing is shared between its connections.
#[derive(Debug)]
pub struct AsyncRaw<N> {
    plan: Plan,
    net: PhantomData<N>,
}

/// One connection and its buffers.
#[derive(Debug)]
pub struct AsyncRawFetcher<N: Net> {
    plan: Plan,
    /// To which of the hosts, and the connection.
    stream: Option<(usize, N::Stream)>,
    exchange: Exchange,
}

impl<N: Net> AsyncClient for AsyncRaw<N> {
    type Fetcher = AsyncRawFetcher<N>;
    const INFO: ClientInfo = INFO;

    fn new(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            net: PhantomData,
        }
    }

    fn fetcher(&self) -> AsyncRawFetcher<N> {
        AsyncRawFetcher {
            plan: self.plan.clone(),
            stream: None,
            exchange: Exchange::new(&self.plan),
        }
    }
}

impl<N: Net> AsyncFetcher for AsyncRawFetcher<N> {
    async fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError> {
        // Also where this is dropped half-way.
        let exchange = Released(&mut self.exchange);
        exchange.0.begin(ticket);
        // Taken out, and put back only after a complete answer: a connection
        // that failed half-way is not used again.
        let mut stream = match self.stream.take() {
            Some((host, stream)) if host == ticket.host() => stream,
            _ => N::connect(self.plan.host(ticket).address)
                .await
                .map_err(FetchError::Connect)?,
        };
        write_all(&mut stream, exchange.0.request())
            .await
            .map_err(FetchError::Broken)?;
        loop {
            let count = read(&mut stream, exchange.0.space())
                .await
                .map_err(FetchError::Broken)?;
            if exchange.0.received(count)? {
                break;
            }
        }
        if exchange.0.keeps_alive() {
            self.stream = Some((ticket.host(), stream));
        }
        std::mem::forget(exchange);
        self.exchange.body()
    }
}

/// An exchange that gives back the memory of its answer when it is not ended.
struct Released<'a>(&'a mut Exchange);

impl Drop for Released<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

async fn write_all<S: AsyncWrite + Unpin>(stream: &mut S, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = poll_fn(|context| Pin::new(&mut *stream).poll_write(context, bytes)).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
    }
    Ok(())
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S, into: &mut [u8]) -> io::Result<usize> {
    poll_fn(|context| Pin::new(&mut *stream).poll_read(context, into)).await
}
