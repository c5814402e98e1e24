//! What python's `urllib.robotparser` makes of the same files. It goes by the
//! first rule that matches and knows no `*`, so the files have the longest
//! rule first and no `*`: there, both do what the RFC says.

use std::io::Write;
use std::process::{Command, Stdio};

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::tests::{at, robots};

const PYTHON: &str = r#"
import json, sys
from urllib.robotparser import RobotFileParser
answers = []
for file, agent, path in json.load(sys.stdin):
    parser = RobotFileParser()
    parser.parse(file.splitlines())
    answers.append(parser.can_fetch(agent, "http://127.0.0.1:8080" + path))
json.dump(answers, sys.stdout)
"#;

#[test]
fn pythons_robotparser_says_the_same() {
    let mut random = ChaCha8Rng::seed_from_u64(9309);
    let cases: Vec<[String; 3]> = (0..2_000).map(|_| drawn(&mut random)).collect();
    let Some(pythons) = ask_python(&cases) else {
        // Past the capture of the test harness: a skip nobody sees is a hole.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED pythons_robotparser_says_the_same: python3 does not run here"
        );
        return;
    };
    assert_eq!(pythons.len(), cases.len());
    let allowed = pythons.iter().filter(|allowed| **allowed).count();
    assert!((400..1_600).contains(&allowed), "a poor draw: {allowed}");
    for ([file, agent, path], python) in cases.iter().zip(pythons) {
        let ours = robots(file, agent).allows(&at(path));
        assert_eq!(ours, python, "{agent} at {path} of\n{file}");
    }
}

/// A file, an agent and a path.
fn drawn(random: &mut ChaCha8Rng) -> [String; 3] {
    let mut groups: Vec<String> = ["*", "rower", "walker"]
        .iter()
        .map(|name| group(name, random))
        .collect();
    groups.shuffle(random);
    groups.truncate(random.random_range(1..=3));
    let agents = ["rower", "WALKER", "swimmer"];
    let agent = agents.choose(random).unwrap();
    [groups.join("\n"), (*agent).to_owned(), path(random)]
}

fn group(name: &str, random: &mut ChaCha8Rng) -> String {
    let mut rules: Vec<(String, &str)> = (0..random.random_range(2..8))
        .map(|_| {
            let kind = ["Allow", "Disallow", "Disallow"].choose(random).unwrap();
            (path(random), *kind)
        })
        .collect();
    // The longest first, and `Allow` before `Disallow` of the same.
    rules.sort_by_key(|(path, kind)| (usize::MAX - path.len(), *kind));
    let rules: Vec<String> = rules
        .iter()
        .map(|(path, kind)| format!("{kind}: {path}\n"))
        .collect();
    format!("User-agent: {name}\n{}", rules.concat())
}

fn path(random: &mut ChaCha8Rng) -> String {
    let steps = ["/a", "/b", "/~a"];
    let ends = ["", "", "", "/", "b", "?b=c"];
    let count = random.random_range(1..3);
    let path: String = (0..count).map(|_| *steps.choose(random).unwrap()).collect();
    path + ends.choose(random).unwrap()
}

fn ask_python(cases: &[[String; 3]]) -> Option<Vec<bool>> {
    let mut python = Command::new("python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let input = serde_json::to_vec(cases).unwrap();
    python.stdin.take()?.write_all(&input).ok()?;
    let output = python.wait_with_output().ok()?;
    assert!(output.status.success(), "the script itself is wrong");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
