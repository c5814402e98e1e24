//! PostgreSQL: the same tables in a server's database (the `postgres` crate,
//! without TLS; a build with `--features postgres` has it).
//!
//! - A batch is one transaction of three statements, each of which takes all
//!   of its rows as arrays: a batch costs a handful of messages, not one a row.
//! - `synchronous_commit = on`: a transaction is acknowledged when the server
//!   has pushed it to its disk, unless the server was told not to (`fsync`).
//! - Writers take turns, as SQLite's do, so that two of them cannot lock each
//!   other up; one that has waited for 5 s says so.
//! - A server on another machine is refused unless that was asked for.

mod failure;
mod schema;

use std::borrow::Cow;
use std::time::Duration;

use anyhow::bail;
use postgres::config::Host;
use postgres::{Client, Config, GenericClient, NoTls, Statement};

use super::{PostgresUrl, Reach, Record, Store};
use failure::{cannot_open, cannot_write};

/// How long a server may take to answer the first time.
const PATIENCE: Duration = Duration::from_secs(5);

/// What holds for this connection.
const SETTINGS: &str = "set synchronous_commit = on; set lock_timeout = '5s'";

/// The lock that a writer holds to the end of its transaction: "regatta" in
/// ASCII.
const TURN: i64 = 0x72_6567_6174_7461;

// A page may be twice in a batch; `on conflict` takes no row twice.
const ADD_PAGES: &str = "insert into pages (url, title, headings, links, error, seen_at) \
    select distinct on (url) url, title, headings, links, error, seen_at \
    from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[]) \
    as visit (url, title, headings, links, error, seen_at) order by url, seen_at desc \
    on conflict (url) do update set title = excluded.title, headings = excluded.headings, \
    links = excluded.links, error = excluded.error, seen_at = excluded.seen_at \
    where excluded.seen_at >= pages.seen_at";

const ADD_ARTICLES: &str = "insert into articles (url, title) \
    select * from unnest($1::text[], $2::text[]) on conflict do nothing";

const ADD_PRICES: &str = "insert into prices (url, place, seen_at, price_cents) \
    select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) \
    on conflict do nothing";

/// The open database.
struct Postgres {
    url: PostgresUrl,
    client: Client,
    statements: Statements,
}

#[derive(Clone)]
struct Statements {
    pages: Statement,
    articles: Statement,
    prices: Statement,
}

/// Connects. Not to be called from async code: the client brings a runtime of
/// its own.
pub(super) fn open(url: &PostgresUrl, reach: Reach) -> anyhow::Result<Box<dyn Store>> {
    // What the parser says may quote a part of a password.
    let Ok(mut config) = url.secret().parse::<Config>() else {
        bail!(
            "cannot open {url}: invalid URL; expected postgres://USER@HOST:PORT/DATABASE, \
             and in a password %40 for @, %3A for :, %2F for / and %3F for ?"
        );
    };
    if reach == Reach::Loopback && !is_here(&config) {
        bail!(
            "cannot open {url}: that is another machine; name 127.0.0.1, localhost or a socket's \
             directory, or allow it with --allow-remote"
        );
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    let connected = config.connect(NoTls);
    let mut client = connected.map_err(|error| cannot_open(url, &error))?;
    let settled = client.batch_execute(SETTINGS);
    settled.map_err(|error| cannot_open(url, &error))?;
    schema::prepare(&mut client, url)?;
    let statements = Statements::prepare(&mut client);
    Ok(Box::new(Postgres {
        statements: statements.map_err(|error| cannot_open(url, &error))?,
        client,
        url: url.clone(),
    }))
}

/// Whether every host it may connect to is this machine. A name other than
/// localhost is not looked up: what it leads to may change.
fn is_here(config: &Config) -> bool {
    let named = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            let address = name.trim_matches(['[', ']']).parse();
            address.map_or(name == "localhost", |ip: std::net::IpAddr| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    named
        && config
            .get_hostaddrs()
            .iter()
            .all(std::net::IpAddr::is_loopback)
}

/// Waits until no other transaction of ours is under way.
fn take_turn(client: &mut impl GenericClient) -> Result<(), postgres::Error> {
    client.execute("select pg_advisory_xact_lock($1)", &[&TURN])?;
    Ok(())
}

impl Statements {
    fn prepare(client: &mut Client) -> Result<Self, postgres::Error> {
        Ok(Self {
            pages: client.prepare(ADD_PAGES)?,
            articles: client.prepare(ADD_ARTICLES)?,
            prices: client.prepare(ADD_PRICES)?,
        })
    }
}

impl Store for Postgres {
    fn write(&mut self, batch: &[Record]) -> anyhow::Result<()> {
        let statements = self.statements.clone();
        add_all(&mut self.client, &statements, batch)
            .map_err(|error| cannot_write(&self.url, &error))
    }
}

fn add_all(
    client: &mut Client,
    statements: &Statements,
    batch: &[Record],
) -> Result<(), postgres::Error> {
    let mut transaction = client.transaction()?;
    take_turn(&mut transaction)?;
    add_pages(&mut transaction, &statements.pages, batch)?;
    add_articles(&mut transaction, &statements.articles, batch)?;
    add_prices(&mut transaction, &statements.prices, batch)?;
    transaction.commit()
}

fn add_pages(
    client: &mut impl GenericClient,
    statement: &Statement,
    batch: &[Record],
) -> Result<u64, postgres::Error> {
    let urls = column(batch, |record| text(&record.url));
    let titles = column(batch, |record| record.title.as_deref().map(text));
    let headings = column(batch, Record::headings_json);
    let links = column(batch, Record::links_sql);
    let errors = column(batch, |record| record.error.as_deref().map(text));
    let seen_at = column(batch, Record::seen_at_sql);
    client.execute(
        statement,
        &[&urls, &titles, &headings, &links, &errors, &seen_at],
    )
}

fn add_articles(
    client: &mut impl GenericClient,
    statement: &Statement,
    batch: &[Record],
) -> Result<u64, postgres::Error> {
    let articles = batch.iter().flat_map(Record::articles);
    let rows = articles.map(|(url, title)| (text(&url).into_owned(), text(title)));
    let (urls, titles): (Vec<_>, Vec<_>) = rows.unzip();
    client.execute(statement, &[&urls, &titles])
}

fn add_prices(
    client: &mut impl GenericClient,
    statement: &Statement,
    batch: &[Record],
) -> Result<u64, postgres::Error> {
    let (mut urls, mut places, mut seen_at, mut cents) = (vec![], vec![], vec![], vec![]);
    for record in batch {
        for (place, price_cents) in record.prices() {
            urls.push(text(&record.url));
            places.push(place);
            seen_at.push(record.seen_at_sql());
            cents.push(price_cents);
        }
    }
    client.execute(statement, &[&urls, &places, &seen_at, &cents])
}

/// One value of every record.
fn column<'a, T>(batch: &'a [Record], value: impl Fn(&'a Record) -> T) -> Vec<T> {
    batch.iter().map(value).collect()
}

/// PostgreSQL's texts have no NUL. A page that has one gets what HTML puts in
/// its place.
fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}
