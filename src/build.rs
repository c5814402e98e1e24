//! Build script: notes the compiler's version, which matters to every figure,
//! the features, and the commit of a release build.

use std::process::Command;

fn main() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = output(&rustc, &["--version"]);
    let version = version.map(|line| line.trim_start_matches("rustc ").to_owned());
    let version = version.unwrap_or_else(|| "unknown".to_owned());
    set("RUSTC", &version);
    let number = version.split(' ').next().unwrap_or_default();
    set("RUSTC_VERSION", number);
    set("FEATURES", &features());
    set("COMMIT", &commit());
    println!("cargo::rerun-if-changed=src/build.rs");
}

fn set(name: &str, value: &str) {
    println!("cargo::rustc-env=REGATTA_{name}={value}");
}

/// The optional features of this build.
fn features() -> String {
    let all = ["postgres"];
    let is_on = |name: &&str| {
        let variable = format!("CARGO_FEATURE_{}", name.to_uppercase());
        std::env::var_os(variable).is_some()
    };
    let on: Vec<&str> = all.into_iter().filter(is_on).collect();
    if on.is_empty() {
        "none".to_owned()
    } else {
        on.join(" ")
    }
}

/// The commit of a release build. A debug build has none, because everything
/// would be compiled again after each commit.
fn commit() -> String {
    if std::env::var("PROFILE").as_deref() != Ok("release") {
        return "debug build".to_owned();
    }
    // The files that change when another commit is checked out.
    let reference = output("git", &["symbolic-ref", "--quiet", "HEAD"]);
    for name in ["HEAD".to_owned()].into_iter().chain(reference) {
        if let Some(file) = output("git", &["rev-parse", "--git-path", &name])
            && std::path::Path::new(&file).exists()
        {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    output("git", &["rev-parse", "--short=7", "HEAD"])
        .unwrap_or_else(|| "unknown commit".to_owned())
}

/// What a command prints, if it succeeds.
fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
