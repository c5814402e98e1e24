//! The target: from the address that a user types to hosts that answer.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use url::Url;

use crate::clients::Host;

/// What is scraped: a page to begin at, and the hosts that may be visited.
#[derive(Debug, Clone)]
pub struct Target {
    /// The first page.
    pub start: Url,
    /// A page of each host, in the order of `hosts`.
    pub origins: Vec<Url>,
    /// Where the hosts listen, and what they are called.
    pub hosts: Arc<[Host]>,
    /// Whether it is our own site, whose pages can be checked.
    pub built_in: bool,
}

/// What the built-in site is called. Its port differs from run to run, and
/// what was stored of its pages must not.
pub const BUILT_IN_NAME: &str = "regatta.localhost";

/// How long the first connection to a host may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

impl Target {
    /// Our own site, served at this address.
    pub fn built_in(server: SocketAddr) -> anyhow::Result<Self> {
        let start = Url::parse(&format!("http://{BUILT_IN_NAME}/"))?;
        Ok(Self {
            origins: vec![start.clone()],
            start,
            hosts: Arc::new([Host {
                address: server,
                name: BUILT_IN_NAME.to_owned(),
            }]),
            built_in: true,
        })
    }

    /// The site that `start` is on, and others that may be visited from it.
    ///
    /// # Errors
    /// When an address is invalid, is not http, is on another machine without
    /// `anywhere`, or does not answer.
    pub fn at(start: &str, others: &[String], anywhere: bool) -> anyhow::Result<Self> {
        let start = read(start)?;
        let mut origins = vec![start.clone()];
        for other in others {
            let other = read(other)?;
            if !origins.iter().any(|known| known.origin() == other.origin()) {
                origins.push(other);
            }
        }
        let hosts = origins.iter().map(|origin| host(origin, anywhere));
        Ok(Self {
            start,
            hosts: hosts.collect::<anyhow::Result<_>>()?,
            origins,
            built_in: false,
        })
    }
}

fn read(text: &str) -> anyhow::Result<Url> {
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = Url::parse(&whole).with_context(|| {
        format!(
            "invalid address {text:?}: expected an http URL, for example http://127.0.0.1:8080/"
        )
    })?;
    ensure!(
        url.scheme() != "https",
        "{text}: https is not supported, because encryption would be measured in place of \
         waiting; give the http:// address of a host of your own, or of a proxy that speaks \
         https for it"
    );
    ensure!(
        url.scheme() == "http" && url.has_host(),
        "invalid address {text:?}: expected an http URL, for example http://127.0.0.1:8080/"
    );
    ensure!(
        url.username().is_empty() && url.password().is_none(),
        "invalid address: a user name or a password is not supported; remove it"
    );
    Ok(url)
}

fn host(url: &Url, anywhere: bool) -> anyhow::Result<Host> {
    let (name, port) = (
        url.host_str().unwrap_or_default(),
        url.port_or_known_default().unwrap_or(80),
    );
    let found = (name.trim_matches(['[', ']']), port).to_socket_addrs();
    let addresses: Vec<SocketAddr> = found
        .with_context(|| format!("unknown host {name:?}; check its name in --url"))?
        .collect();
    let strange = addresses.iter().find(|address| !address.ip().is_loopback());
    if let Some(strange) = strange.filter(|_| !anywhere) {
        bail!(
            "{name} is {}, which is not this machine, and this is a load generator: \
             give --allow-remote if that host is yours",
            strange.ip()
        );
    }
    Ok(Host {
        address: answering(&addresses, name, port)?,
        name: url[url::Position::BeforeHost..url::Position::AfterPort].to_owned(),
    })
}

/// The first address that somebody listens at. A name may have several
/// (`localhost` is `::1`, too), and a server need not be at all of them.
fn answering(addresses: &[SocketAddr], name: &str, port: u16) -> anyhow::Result<SocketAddr> {
    let mut error = None;
    for address in addresses {
        match TcpStream::connect_timeout(address, CONNECT_TIMEOUT) {
            Ok(_) => return Ok(*address),
            Err(why) => error = Some(why),
        }
    }
    match error {
        Some(why) => bail!(
            "cannot connect to {name}:{port}: {why}; check that the site is running, or start \
             the built-in one with `regatta serve --port {port}`"
        ),
        None => bail!("the host {name:?} has no address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(start: &str) -> String {
        format!("{:#}", Target::at(start, &[], false).unwrap_err())
    }

    #[test]
    fn an_address_that_may_not_be_scraped_is_an_error_with_a_remedy() {
        for (start, says) in [
            ("https://example.org/", "https is not supported"),
            ("ftp://example.org/", "expected an http URL"),
            ("http://", "expected an http URL"),
            ("http://me:secret@127.0.0.1:1/", "remove it"),
            ("http://192.0.2.1/", "--allow-remote"),
            ("http://127.0.0.1:1/", "regatta serve"),
        ] {
            let error = error(start);
            assert!(error.contains(says), "{start}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn an_address_without_a_scheme_is_one_of_http() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let target = Target::at(&address.to_string(), &[], false).unwrap();
        assert_eq!(target.start.as_str(), format!("http://{address}/"));
        assert_eq!(target.hosts[0].name, address.to_string());
    }
}
