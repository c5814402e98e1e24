//! Build script: notes the compiler's version, which matters to every figure.

use std::process::Command;

fn main() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output();
    let version = version.map(|output| {
        String::from_utf8_lossy(&output.stdout)
            .trim()
            .trim_start_matches("rustc ")
            .to_owned()
    });
    println!(
        "cargo::rustc-env=REGATTA_RUSTC={}",
        version.unwrap_or_else(|_| "unknown".to_owned())
    );
    println!("cargo::rerun-if-changed=src/build.rs");
}
