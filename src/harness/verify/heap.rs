//! A heap profile, compared with what the server sent meanwhile.

use super::Verdict;
use crate::fmt::plural;
use crate::measure::sample::{Heap, Ledger};

/// Why a heap profile is rejected, if it is.
pub fn heap_reject_reason(heap: &Heap, ledger: &Ledger) -> Option<String> {
    sent(heap, ledger).and_then(|()| possible(heap)).err()
}

fn sent(heap: &Heap, ledger: &Ledger) -> Verdict {
    match ledger.pages_sent {
        Some(sent) if sent != heap.pages => Err(format!(
            "says it read {}, but the server sent {sent} to the last byte",
            plural(heap.pages, "page")
        )),
        _ => Ok(()),
    }
}

/// What a visit records of a page is on the heap, and an allocation has a byte
/// or more.
fn possible(heap: &Heap) -> Verdict {
    if heap.allocations >= heap.pages
        && heap.allocated_bytes >= heap.allocations
        && (heap.heap_peak_bytes > 0 || heap.pages == 0)
    {
        return Ok(());
    }
    Err(format!(
        "reports {} of {} bytes, {} at once, for {}: expected one or more a page",
        plural(heap.allocations, "allocation"),
        heap.allocated_bytes,
        heap.heap_peak_bytes,
        plural(heap.pages, "page")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heap() -> Heap {
        Heap {
            pages: 200,
            allocations: 34_000,
            allocated_bytes: 4_600_000,
            heap_peak_bytes: 700_000,
        }
    }

    fn reason(heap: &Heap, sent: u64) -> String {
        let ledger = Ledger {
            pages_sent: Some(sent),
            ..Ledger::default()
        };
        heap_reject_reason(heap, &ledger).unwrap_or_default()
    }

    #[test]
    fn a_profile_without_requests_or_with_impossible_counts_is_rejected() {
        assert_eq!(reason(&heap(), 200), "");
        assert!(reason(&heap(), 0).contains("the server sent 0"));
        let changes: [fn(&mut Heap); 3] = [
            |heap| heap.allocations = 0,
            |heap| heap.allocated_bytes = 3,
            |heap| heap.heap_peak_bytes = 0,
        ];
        for change in changes {
            let mut heap = heap();
            change(&mut heap);
            assert!(reason(&heap, 200).contains("expected one or more a page"));
        }
    }
}
