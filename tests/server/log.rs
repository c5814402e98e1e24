//! Every request by itself: what the server writes down where that is asked
//! for, on a clock that its clients can read, too.

use regatta::measure::event_log::{self, End, Request};

use super::running::Running;

fn log_of(server: &Running) -> Vec<Request> {
    let log = server.control.log().unwrap();
    assert_eq!(log.left_out, 0);
    log.requests
}

#[test]
fn each_request_has_its_moments_in_order_and_on_the_clock_of_its_client() {
    let before_ns = event_log::now_ns();
    let server = Running::start(&["--log", "--latency", "20ms", "--slots", "1:queue"]);
    let mut clients = [server.connect(), server.connect()];
    for (page, client) in clients.iter_mut().enumerate() {
        client.ask(&format!("/page/{page}"));
        // One after the other, so that it is known who queues.
        server.ledger_when(|ledger| ledger.requests > page as u64);
    }
    for client in &mut clients {
        client.answer(true);
    }
    let seen = server.control.log().unwrap();
    let [first, second] = seen.requests[..] else {
        panic!("two requests: {seen:?}");
    };
    assert_eq!((first.page, second.page), (0, 1));
    for request in [first, second] {
        let (begun_ns, due_ns) = (request.begun_ns.unwrap(), request.due_ns.unwrap());
        assert_eq!(request.end, End::Sent);
        assert_eq!(due_ns - begun_ns, 20_000_000);
        assert!(request.read_ns <= begun_ns && due_ns <= request.ended_ns);
    }
    // Who queues begins when the one before it has left its slot.
    assert_eq!(first.begun_ns, Some(first.read_ns));
    assert!(second.begun_ns >= Some(first.due_ns.unwrap()));
    let (first_ns, last_ns) = (
        seen.reset_at_ns + first.read_ns,
        seen.reset_at_ns + second.ended_ns,
    );
    assert!(before_ns < first_ns && last_ns <= event_log::now_ns());
}

#[test]
fn it_is_told_how_each_request_ended() {
    let faults = [
        "--log",
        "--latency",
        "0",
        "--faults",
        "stall=100%",
        "--slots",
        "1:reject",
    ];
    let server = Running::start(&faults);
    let mut stalls = server.connect();
    stalls.ask("/page/0");
    server.ledger_when(|ledger| ledger.requests == 1);
    server.connect().get("/page/1");
    drop(stalls);
    server.ledger_when(|ledger| ledger.clients_gone == 1);
    let [left, refused] = log_of(&server)[..] else {
        panic!("two requests");
    };
    assert_eq!((left.page, left.end), (0, End::Abandoned));
    assert!(left.begun_ns.is_some(), "it was worked on");
    assert_eq!((refused.page, refused.end), (1, End::Status(503)));
    assert_eq!((refused.begun_ns, refused.due_ns), (None, None));
}

#[test]
fn a_reset_begins_a_new_log_and_without_log_there_is_none() {
    let server = Running::start(&["--log", "--latency", "0"]);
    server.connect().get("/page/3");
    assert_eq!(log_of(&server).len(), 1);
    server.control.reset().unwrap();
    assert!(log_of(&server).is_empty());
    let server = Running::start(&["--latency", "0"]);
    let error = server.control.log().unwrap_err();
    assert!(format!("{error:#}").contains("\"log\":true"), "{error:#}");
}
