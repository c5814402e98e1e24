//! The sentences that say what the limit of a scenario was.

use super::*;

#[test]
fn a_server_at_its_end_is_named_as_the_limit() {
    let mut report = saved::quick();
    for run in report
        .drivers
        .iter_mut()
        .flat_map(|driver| &mut driver.samples)
    {
        run.ledger.server_cpu_ns = Some(run.ledger.span_ns / 10 * 9);
    }
    summarise(&mut report);
    let said = sentences(&report).join(" ");
    assert!(
        said.contains("The server was the limit: it used 90 % of its CPU"),
        "{said}"
    );
}

#[test]
fn what_made_the_ideal_is_named_as_the_limit_by_a_driver_near_it() {
    for (bound, limit) in [
        (Bound::Delays, "The server's delay was the limit"),
        (
            Bound::Slots,
            "The server's slots were the limit: it works on 10",
        ),
        (Bound::Rate, "The rate was the limit: at 200"),
        (Bound::Retries, "Retries were the limit"),
        (
            Bound::Timeout,
            "a request that stalls is given up after 500ms",
        ),
        (Bound::Links, "Links and the server's delay were the limit"),
    ] {
        let mut report = saved::quick();
        with_every_term(&mut report.workload);
        report.ideal_bound = bound;
        let said = sentences(&report).join(" ");
        assert!(said.contains(limit), "{bound:?}: {said}");
        // How often waiting can be shortened is known of the first two alone.
        let shortened = said.contains("can shorten waiting");
        assert_eq!(shortened, matches!(bound, Bound::Delays | Bound::Slots));
        // Ten times the ideal is near no limit.
        report.ideal_wall_ns /= 10;
        summarise(&mut report);
        assert!(!sentences(&report).join(" ").contains(limit), "{bound:?}");
    }
}

#[test]
fn the_heading_says_what_the_server_does_beside_answering() {
    let mut report = saved::quick();
    assert!(!table(&report, 140).contains("attempts"));
    with_every_term(&mut report.workload);
    // So wide that none is broken at the end of a line.
    let said = table(&report, 400);
    for term in [
        "faults 500=5%",
        "server slots 10:queue",
        "allowed 100 requests a second",
        "pages found by links, 3 deep",
        "at most 200 requests a second",
        "5 attempts, back-off 50ms",
        "timeout 500ms",
    ] {
        assert!(said.contains(term), "{term} is missing:\n{said}");
    }
}

#[test]
fn a_processor_at_its_end_is_named_as_the_limit() {
    let mut report = saved::quick();
    for run in report
        .drivers
        .iter_mut()
        .flat_map(|driver| &mut driver.samples)
    {
        run.sample.cpu_ns = Some(run.sample.wall_ns / 100 * 185);
    }
    summarise(&mut report);
    let said = sentences(&report).join(" ");
    assert!(said.contains("CPU was the limit"), "{said}");
}
