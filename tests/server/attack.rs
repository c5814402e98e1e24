//! Hundreds of requests that no honest client sends, to each port.

use super::raw::{Expect, status};
use super::running::Running;

/// One request and what each port is to do with it.
struct Case {
    bytes: Vec<u8>,
    /// Whether the client sends no more.
    ends: bool,
    pages: Expect,
    control: Expect,
}

/// Heads that are none. Both ports refuse them.
fn malformed() -> Vec<Case> {
    let lines: &[&[u8]] = &[
        b"",
        b"\r\n",
        b"GET\r\n\r\n",
        b"GET /page/1\r\n\r\n",
        b"GET  /page/1 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTP/0.9\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTP/1.2\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTP/2.0\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTP/9.9\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTP/1.1 \r\nhost: x\r\n\r\n",
        b"GET /page/1 http/1.1\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTPS/1.1\r\nhost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /page/1 HTTP/1.1\rhost: x\r\r",
        b"GET /page /1 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"G\0T /page/1 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /page/\0 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nho\0st: x\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: \0x\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\n folded: y\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost : x\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\n host: x\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\n: x\r\nhost: x\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\x7f\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\na\xff: y\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\ncontent-length: 1e3\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\ncontent-length: 18446744073709551616\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, x\r\n\r\n",
        b"GET /page/1 HTTP/1.1\r\nhost: ",
        b"GET /page/1 HTTP/1.1\r\nhost: x\r\n",
        b"GET /page/1",
    ];
    lines.iter().map(|line| refused(line.to_vec())).collect()
}

/// A well-formed request that is broken at one place after the other.
fn broken() -> Vec<Case> {
    let whole = b"GET /page/1 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let places = 0..whole.len() - 2;
    let with = |place: usize, byte: u8| {
        let mut bytes = whole.to_vec();
        bytes[place] = byte;
        refused(bytes)
    };
    let nuls = places.clone().map(|place| with(place, 0));
    let ends = places.map(|place| refused(whole[..place].to_vec()));
    nuls.chain(ends).collect()
}

/// Heads that are too large. The end of the connection may overtake the answer.
fn too_large() -> Vec<Case> {
    let long = |bytes: usize| "a".repeat(bytes);
    let heads = [
        format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", long(70_000)),
        format!("GET /page/1 HTTP/1.1\r\nhost: {}\r\n\r\n", long(70_000)),
        format!(
            "GET /page/1 HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
            long(70_000)
        ),
        format!(
            "GET /page/1 HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
            long(390_000)
        ),
        format!(
            "GET /page/1 HTTP/1.1\r\nhost: x\r\n{}: y\r\n\r\n",
            long(70_000)
        ),
        format!(
            "GET /page/1 HTTP/1.1\r\nhost: x\r\n{}\r\n",
            "a: b\r\n".repeat(100)
        ),
        format!(
            "GET /page/1 HTTP/1.1\r\nhost: x\r\n{}\r\n",
            "a: b\r\n".repeat(20_000)
        ),
        long(1_000_000),
    ];
    heads.into_iter().map(|head| refused(head.into())).collect()
}

fn refused(bytes: Vec<u8>) -> Case {
    Case {
        bytes,
        ends: true,
        pages: Expect::Refused,
        control: Expect::Refused,
    }
}

/// Hosts, and whether the page port and the control port take them.
fn hosts(port: u16) -> [(String, bool, bool); 14] {
    let (good, pages_only, foreign) = ((true, true), (true, false), (false, false));
    [
        (format!("127.0.0.1:{port}"), good),
        (format!("localhost:{port}"), good),
        (format!("LocalHost:{port}"), good),
        (format!("[::1]:{port}"), good),
        ("127.0.0.1".to_owned(), pages_only),
        ("127.0.0.1:1".to_owned(), pages_only),
        (format!("127.0.0.2:{port}"), pages_only),
        (format!("x:{port}"), pages_only),
        (String::new(), pages_only),
        (format!("evil.example:{port}"), foreign),
        ("evil.example".to_owned(), foreign),
        (format!("127.0.0.1.evil.example:{port}"), foreign),
        (format!("localhost.evil.example:{port}"), foreign),
        (format!("127.0.0.1:{port}@evil.example"), foreign),
    ]
    .map(|(host, (pages, control))| (host, pages, control))
}

/// What a browser adds for a page, and whether that is a page of another site.
const SITES: [(&str, bool); 7] = [
    ("", false),
    ("sec-fetch-site: none\r\n", false),
    ("sec-fetch-site: same-origin\r\n", false),
    ("sec-fetch-site: cross-site\r\n", true),
    ("sec-fetch-site: same-site\r\n", true),
    ("origin: null\r\n", true),
    ("origin: http://evil.example\r\n", true),
];

/// Every host with every site, with and without the secret.
fn well_formed(server: &Running) -> Vec<Case> {
    let port = server.control_address.port();
    let mut cases = Vec::new();
    for (host, to_pages, to_control) in hosts(port) {
        for (site, is_other) in SITES {
            for secret in [
                server.secret.as_str(),
                "0123456789abcdef0123456789abcdef",
                "",
            ] {
                let control = match (to_control && !is_other, secret == server.secret) {
                    (false, _) => 403,
                    (true, false) => 401,
                    // The path is one of the page port's.
                    (true, true) => 404,
                };
                let pages = if to_pages && !is_other { 200 } else { 403 };
                cases.push(Case {
                    bytes: format!(
                        "GET /page/1 HTTP/1.1\r\nhost: {host}\r\n{site}\
                         authorization: Bearer {secret}\r\n\r\n"
                    )
                    .into(),
                    ends: false,
                    pages: Expect::Status(pages),
                    control: Expect::Status(control),
                });
            }
        }
    }
    cases
}

/// Requests that are rare, and right.
fn rare(server: &Running) -> Vec<Case> {
    let credentials = server.credentials();
    let request = |line: &str, more: &str, pages: u16, control: u16| Case {
        bytes: format!("{line}\r\n{more}\r\n").into(),
        ends: false,
        pages: Expect::Status(pages),
        control: Expect::Status(control),
    };
    let all = credentials.as_str();
    let with = |more: &str| format!("{credentials}{more}\r\n");
    // What a page can send without asking first.
    let types = [
        "text/plain",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ];
    let simple = ["/reset", "/scenario"].into_iter().flat_map(|path| {
        types.map(|kind| {
            let line = format!("POST {path} HTTP/1.1");
            request(&line, &with(&format!("content-type: {kind}")), 405, 415)
        })
    });
    let mut cases = vec![
        request("GET /page/1 HTTP/1.0", "", 200, 401),
        request("GET /page/1 HTTP/1.1", "", 400, 400),
        request("GET /page/1 HTTP/1.1", "host: a\r\nhost: a\r\n", 400, 400),
        request("GET /page/1 HTTP/1.1", "host: a\r\nHOST: b\r\n", 400, 400),
        request("GET http://evil.example/page/1 HTTP/1.1", all, 403, 403),
        request("GET //evil.example/page/1 HTTP/1.1", all, 404, 404),
        request("GET /page/-1 HTTP/1.1", all, 404, 404),
        request("GET /page/1e20 HTTP/1.1", all, 404, 404),
        request("GET /page/%31 HTTP/1.1", all, 404, 404),
        request("GET /../page/1 HTTP/1.1", all, 404, 404),
        request("GET /LEDGER HTTP/1.1", all, 404, 404),
        request("OPTIONS * HTTP/1.1", all, 405, 404),
        request("OPTIONS /scenario HTTP/1.1", all, 405, 405),
        request("TRACE /ledger HTTP/1.1", all, 405, 405),
        request("PUT /scenario HTTP/1.1", all, 405, 405),
        request("GET /reset HTTP/1.1", all, 404, 405),
        request("BREW /page/1 HTTP/1.1", all, 405, 404),
        request(
            "GET /page/1 HTTP/1.1",
            &with("upgrade: h2c\r\nconnection: upgrade"),
            200,
            404,
        ),
        request(
            "GET /page/1 HTTP/1.1",
            &with("upgrade: websocket\r\nconnection: upgrade"),
            200,
            404,
        ),
        request(
            "GET /page/1 HTTP/1.1",
            &with("expect: 100-continue"),
            200,
            404,
        ),
        request("GET /page/1 HTTP/1.1", &with("range: bytes=0-1"), 200, 404),
        request(
            "POST /scenario HTTP/1.1",
            &with("content-length: 2"),
            405,
            415,
        ),
        request(
            "POST /scenario HTTP/1.1",
            &with("content-type: application/json"),
            405,
            400,
        ),
        request(
            "POST /scenario HTTP/1.1",
            &with(
                "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff",
            ),
            405,
            400,
        ),
    ];
    cases.extend(simple);
    cases
}

#[test]
fn hundreds_of_hostile_requests_change_nothing_on_either_port() {
    let server = Running::start(&["--latency", "0", "--pages", "9"]);
    let mut cases = well_formed(&server);
    cases.extend(
        [malformed(), broken(), too_large(), rare(&server)]
            .into_iter()
            .flatten(),
    );
    assert!(cases.len() >= 400, "{}", cases.len());
    let before = server.ledger();
    for case in &cases {
        let shown = String::from_utf8_lossy(&case.bytes[..case.bytes.len().min(200)]);
        for (name, address, expected) in [
            ("pages", server.pages, case.pages),
            ("control", server.control_address, case.control),
        ] {
            let status = status(address, &case.bytes, case.ends);
            assert!(
                expected.is(status),
                "{name}: {status:?}, not {expected:?}: {shown:?}"
            );
        }
    }
    let after = server.ledger();
    assert_eq!(after.window, before.window);
    assert_eq!(after.scenario_fingerprint, before.scenario_fingerprint);
    let (status, stderr) = server.terminate();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn requests_hidden_in_a_body_are_never_served() {
    let server = Running::start(&["--latency", "0", "--pages", "99"]);
    let hidden = "GET /page/77 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let length = hidden.len();
    let chunk = format!("{length:x}\r\n{hidden}\r\n0\r\n\r\n");
    let bodies = [
        format!("content-length: {length}\r\n\r\n{hidden}"),
        format!("transfer-encoding: chunked\r\n\r\n{chunk}"),
        format!("transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n{chunk}"),
        format!("content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n{chunk}"),
        format!("content-length: {length}\r\ncontent-length: {length}\r\n\r\n{hidden}"),
        format!("content-length: 4, {length}\r\n\r\n{hidden}"),
        format!("content-length: {length}\r\ntransfer-encoding: identity\r\n\r\n{hidden}"),
    ];
    for method in ["GET", "HEAD", "POST", "PUT"] {
        for body in &bodies {
            let request = format!("{method} /page/1 HTTP/1.1\r\nhost: 127.0.0.1\r\n{body}");
            status(server.pages, request.as_bytes(), false);
        }
    }
    let requests = server.control.page_requests().expect("counts");
    assert_eq!(requests[77], 0);
}
