//! Pictures of made-up logs.

use super::made_up;
use super::*;

#[test]
fn look() {
    for (width, height) in [(80, 24), (140, 50), (60, 20)] {
        for log in [
            made_up::one_by_one(20),
            made_up::one_by_one(100),
            made_up::pool(100, 10),
            made_up::ten_slots(40),
            made_up::retried(30),
            made_up::cancelled(100),
            made_up::blocked_loop(20),
            made_up::foreign(30),
        ] {
            for ascii in [false, true] {
                println!("{width}x{height}");
                let look = Look {
                    width,
                    height,
                    ascii,
                    ..Look::default()
                };
                println!("{}", terminal(&log, &look));
            }
        }
    }
}
