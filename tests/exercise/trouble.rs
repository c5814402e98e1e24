//! Programs that do not compile, crash, hang or send nonsense: each gets its
//! reason, and none blocks the check.

use std::time::Duration;

use crate::support::{Student, sentences};

const HEAD: &str = "use crate::given::{Client, Job, Results};\n\
                    pub async fn scrape(job: Job, results: Results) {\n";

fn student(name: &str, body: &str) -> Student {
    let driver = format!("{HEAD}    let (_, _) = (&job, &results);\n{body}\n}}\n");
    Student::with_driver("bound-it", name, &driver)
}

/// The findings of a program that has not passed.
fn findings(student: &Student) -> String {
    let graded = student.check().unwrap();
    assert!(!graded.passed);
    sentences(&graded)
}

#[test]
fn a_compiler_error_is_shown() {
    let student = student("no_rust", "let pages: u64 = Client;");
    let error = format!("{:#}", student.check().unwrap_err());
    assert!(error.contains("cargo could not build it"), "{error}");
    assert!(error.contains("error[E0423]"), "{error}");
    assert!(error.contains("src/driver.rs:4"), "{error}");
    assert!(error.contains("cargo build --manifest-path"), "{error}");
    assert!(error.lines().count() < 32, "{error}");
}

#[test]
fn a_missing_crate_is_an_error_with_the_command_to_fetch_it() {
    let student = Student::new("bound-it", "more_crates");
    let more = "[dependencies]\nno-such-crate-as-this = \"1\"";
    student.replace("Cargo.toml", "[dependencies]", more);
    let error = format!("{:#}", student.check().unwrap_err());
    assert!(error.contains("no-such-crate-as-this"), "{error}");
    assert!(error.contains("cargo fetch --manifest-path"), "{error}");
}

/// The permits are never returned, so the eleventh page waits for ever.
const FORGOTTEN: &str = "
    let client = Client::new(job.server);
    let permits = std::sync::Arc::new(tokio::sync::Semaphore::new(job.concurrency));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..job.pages {
        let (client, results, permits) = (client.clone(), results.clone(), permits.clone());
        tasks.spawn(async move {
            permits.acquire().await.unwrap().forget();
            results.record(number, client.fetch(number).await);
        });
    }
    tasks.join_all().await;
";

#[test]
fn a_program_that_hangs_is_reported_with_its_last_request() {
    let student = student("forgotten_permits", FORGOTTEN);
    let graded = student.check_within(Duration::from_secs(5)).unwrap();
    let said = sentences(&graded);
    assert!(!graded.passed);
    assert!(said.contains("no answer within"), "{said}");
    assert!(
        said.contains("10 pages before that, the last one at"),
        "{said}"
    );
    assert_eq!(graded.log.requests.len(), 10);
}

#[test]
fn a_program_that_floods_the_server_is_ended() {
    let flood = "
        let client = Client::new(job.server);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..300 {
            let client = client.clone();
            tasks.spawn(async move { while client.fetch(0).await.is_ok() {} });
        }
        tasks.join_all().await;
    ";
    let said = findings(&student("flood", flood));
    assert!(
        said.contains("requests and was ended; the limit is 2000"),
        "{said}"
    );
    assert!(said.contains("page 0 was requested"), "{said}");
}

#[test]
fn the_error_of_a_crash_is_shown() {
    let said = findings(&student(
        "crash",
        "let _: Client; panic!(\"out of ideas\");",
    ));
    assert!(said.contains("ended without an answer"), "{said}");
    assert!(said.contains("out of ideas"), "{said}");
    assert!(
        said.contains("it had requested no page before that"),
        "{said}"
    );
}

#[test]
fn text_on_standard_output_is_an_error_that_says_so() {
    let said = findings(&student("chatter", "let _: Client; println!(\"page 7!\");"));
    assert!(
        said.contains("invalid answer of its worker \"page 7!\""),
        "{said}"
    );
    assert!(
        said.contains("nothing but answers goes to its standard output"),
        "{said}"
    );
}

#[test]
fn an_end_without_an_answer_is_reported() {
    let student = student("mute", "let _: Client;");
    let answer = "let answer = match Job::read(&line?)";
    student.replace("src/main.rs", answer, &format!("return Ok(());\n{answer}"));
    let said = findings(&student);
    assert!(
        said.contains("ended without an answer (exit status: 0)"),
        "{said}"
    );
}

/// Starts a child that lives for long in a session of its own, and holds the
/// program's standard output. Its number is in the file `marker`.
#[cfg(target_os = "linux")]
fn with_orphan(marker: &std::path::Path, then: &str) -> String {
    let marker = format!("{:?}", marker.to_str().expect("a path in Unicode"));
    format!(
        "let _: Client;
        let child = std::process::Command::new(\"setsid\").args([\"sleep\", \"1000\"]).spawn();
        std::fs::write({marker}, child.unwrap().id().to_string()).unwrap();
        {then}"
    )
}

#[cfg(target_os = "linux")]
fn its_orphan_ends(name: &str, then: &str, reason: &str) {
    let marker = tempfile::tempdir().unwrap();
    let marker = marker.path().join("id");
    let student = student(name, &with_orphan(&marker, then));
    let graded = student.check_within(Duration::from_secs(5)).unwrap();
    let said = sentences(&graded);
    assert!(said.contains(reason), "{said}");
    let id = std::fs::read_to_string(&marker).unwrap();
    assert!(!std::path::Path::new("/proc").join(&id).exists(), "{id}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_of_a_program_that_hangs_ends_with_it() {
    let hang = "std::future::pending::<()>().await;";
    its_orphan_ends("orphan", hang, "no answer within");
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_exits_while_its_child_holds_its_output_is_named_for_that() {
    let reason = "ended without an answer (exit status: 3)";
    its_orphan_ends("orphan_exit", "std::process::exit(3);", reason);
}

#[test]
fn the_error_of_a_program_is_shown() {
    let student = student("honest", "let _: Client;");
    student.replace(
        "src/main.rs",
        "Job::read(&line?)",
        "Job::read(&line?).and(Err::<Job, _>(\"no time today\".to_owned()))",
    );
    let said = findings(&student);
    assert!(said.contains("no time today"), "{said}");
}

/// Ctrl-C reaches this whole test program, so this is its only test of it.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_all_processes() {
    use std::{fs, thread};

    use nix::sys::signal::{Signal, kill, raise};
    use nix::unistd::Pid;
    use regatta::term::interrupt::Interrupt;

    use crate::support::{check, eventually};

    let marker = tempfile::tempdir().unwrap();
    let marker = marker.path().join("id");
    let body = format!(
        "let _: Client;
        std::fs::write({marker:?}, std::process::id().to_string() + \"\\n\").unwrap();
        std::future::pending::<()>().await;"
    );
    let student = student("interrupted", &body);
    let interrupt = Interrupt::default();
    interrupt.listen().unwrap();
    let patience = Duration::from_hours(1);
    let error = thread::scope(|scope| {
        let checked = scope.spawn(|| check(student.exercise, student.path(), patience, &interrupt));
        let is_written = || {
            fs::read_to_string(&marker)
                .ok()?
                .ends_with('\n')
                .then_some(())
        };
        eventually(is_written).unwrap();
        raise(Signal::SIGINT).unwrap();
        checked.join().unwrap().unwrap_err().to_string()
    });
    assert!(error.contains("interrupted during the run"), "{error}");
    let id: i32 = fs::read_to_string(&marker).unwrap().trim().parse().unwrap();
    assert!(kill(Pid::from_raw(id), None).is_err(), "{id} lives on");
}
