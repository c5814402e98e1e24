//! Faults as curl meets them.

use std::process::Command;

use super::running::{Running, have};

/// Status, bytes and exit code as curl has them.
fn curl(url: &str) -> (String, String) {
    let format = "%{http_code} %{size_download} %{exitcode}\n%header{retry-after}";
    let output = Command::new("curl")
        .args(["-s", "--noproxy", "*", "-o", "/dev/null", "-w", format, url])
        .output()
        .expect("curl runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (first, wait) = said.split_once('\n').unwrap_or((&said, ""));
    (first.to_owned(), wait.to_owned())
}

#[test]
fn curl_meets_each_fault_as_what_it_is() {
    if !have("curl") {
        return;
    }
    // 56 is "failure in receiving", 18 "only a part of it was transferred".
    for (faults, met, wait) in [
        ("500=100%", "500 23 0", ""),
        ("429=100%:3s", "429 23 0", "3"),
        ("503=100%:date", "503 23 0", " GMT"),
        ("404=100%", "404 23 0", ""),
        ("reset=100%", "000 0 56", ""),
        ("truncate=100%", "200 ", ""),
        ("break=100%", "200 ", ""),
        ("none", "200 15360 0", ""),
    ] {
        let server = Running::start(&["--latency", "0", "--faults", faults]);
        let (said, waits) = curl(&format!("http://{}/page/7", server.pages));
        assert!(said.starts_with(met), "{faults}: {said}");
        assert!(waits.ends_with(wait), "{faults}: {waits:?}");
        match faults {
            "truncate=100%" => assert!(said.ends_with(" 18"), "{said}"),
            "break=100%" => assert!(said.ends_with(" 56"), "{said}"),
            _ => {}
        }
        let ledger = server.ledger();
        assert_eq!(ledger.requests, 1, "{faults}");
        let answered: u64 = said.split(' ').nth(1).unwrap().parse().unwrap();
        let whole = said.ends_with(" 0");
        assert_eq!(ledger.answers, u64::from(whole), "{faults}");
        assert_eq!(
            ledger.bytes_sent,
            if whole { answered } else { 0 },
            "{faults}"
        );
        assert_eq!(
            ledger.clients_gone, 0,
            "{faults}: it was the server that left"
        );
    }
}
