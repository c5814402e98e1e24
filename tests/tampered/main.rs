//! Saved reports that were edited.

#[test]
fn explore() {
    for name in ["quick", "troubled", "partial", "stormy", "nothing", "alone"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/saved/{name}.json"));
        let begun = std::time::Instant::now();
        let report = regatta::report::Report::read(&path).unwrap();
        println!(
            "{name}: {:#?} {:?}",
            regatta::harness::recheck::recheck(&report),
            begun.elapsed()
        );
    }
}
