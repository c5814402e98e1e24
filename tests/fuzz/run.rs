//! Reads inputs until the budget is used up, and holds each to its limits.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use regatta::measure::heap;

use super::mutate::mutated;

/// One target at a time: the bytes on the heap are counted for the whole
/// process.
static ALONE: Mutex<()> = Mutex::new(());

/// No input takes a second. Whatever takes this long hangs, however busy the
/// machine is.
const PATIENCE: Duration = Duration::from_mins(2);

/// CPU time of one input, which a busy machine does not change.
const MOST_CPU: Duration = Duration::from_secs(10);

/// Reads one input; it panics where a property does not hold.
pub(crate) type Check = Box<dyn FnMut(&[u8]) + Send>;

/// Makes inputs that are nearly right, for a reader that refuses most.
pub(crate) type Grammar = fn(&mut ChaCha8Rng) -> Vec<u8>;

/// What is read, and from where the inputs come.
pub(crate) struct Target {
    /// The name of its directory in `corpus/`, and of its test.
    pub(crate) name: &'static str,
    /// Directories with more seeds, from the root of the repository.
    pub(crate) more: &'static [&'static str],
    /// Words that mean something to the reader.
    pub(crate) words: &'static [&'static str],
    /// Every second input comes from it, if there is one.
    pub(crate) grammar: Option<Grammar>,
    /// Bytes on the heap that any input may take.
    pub(crate) base_bytes: u64,
    /// Bytes on the heap for each of its own.
    pub(crate) factor: u64,
}

impl Target {
    /// A target with limits that suit most.
    pub(crate) const fn new(name: &'static str, words: &'static [&'static str]) -> Self {
        Self {
            name,
            words,
            more: &[],
            grammar: None,
            base_bytes: 4 << 20,
            factor: 100,
        }
    }

    /// Holds `check` against every seed, then against changed ones.
    pub(crate) fn hold(&self, check: impl FnMut(&[u8]) + Send + 'static) {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let seeds = self.seeds();
        assert!(!seeds.is_empty(), "no seed in corpus/{}", self.name);
        let (inputs, next) = channel::<Vec<u8>>();
        let (tell, told) = channel();
        let most = (self.base_bytes, self.factor);
        let check: Check = Box::new(check);
        thread::spawn(move || read_all(&next, &tell, check, most));
        let only = number("REGATTA_FUZZ_INPUT");
        let begun = Instant::now();
        let mut count = 0;
        loop {
            let index = only.unwrap_or(count);
            if only.is_some() && count > 0 || self.is_over(count, seeds.len() as u64, begun) {
                break;
            }
            let input = self.input(&seeds, index);
            // It ends only when this does.
            let _ = inputs.send(input.clone());
            if let Err(why) = outcome(&told) {
                self.fail(index, &input, &why);
            }
            count += 1;
        }
        println!("{}: {count} inputs, seed {}", self.name, seed());
    }

    #[expect(clippy::unused_self, reason = "it reads as what it is asked of")]
    fn is_over(&self, count: u64, seeds: u64, begun: Instant) -> bool {
        if count < seeds {
            return false;
        }
        match number("REGATTA_FUZZ_INPUTS") {
            Some(most) => count - seeds >= most,
            None => begun.elapsed().as_secs() >= number("REGATTA_FUZZ_SECONDS").unwrap_or(1),
        }
    }

    /// The seeds first, as they are.
    fn input(&self, seeds: &[Vec<u8>], index: u64) -> Vec<u8> {
        if let Some(input) = usize::try_from(index).ok().and_then(|at| seeds.get(at)) {
            return input.clone();
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed());
        random.set_stream(index);
        match self.grammar {
            Some(grammar) if index.is_multiple_of(4) => grammar(&mut random),
            Some(grammar) if index % 4 == 1 => {
                let made = grammar(&mut random);
                mutated(&made, seeds, self.words, &mut random)
            }
            _ => {
                let seed = seeds.choose(&mut random).expect("there are seeds");
                mutated(seed, seeds, self.words, &mut random)
            }
        }
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = format!("tests/fuzz/corpus/{}", self.name);
        let directories = std::iter::once(own.as_str()).chain(self.more.iter().copied());
        let mut files: Vec<PathBuf> = directories
            .flat_map(|directory| std::fs::read_dir(root.join(directory)).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|file| file.is_file() && file.extension().is_none_or(|end| end != "rs"))
            .collect();
        files.sort();
        files
            .iter()
            .map(|file| std::fs::read(file).unwrap())
            .collect()
    }

    fn fail(&self, index: u64, input: &[u8], why: &str) -> ! {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{index}", self.name));
        std::fs::write(&file, input).unwrap();
        let begin = &input[..input.len().min(400)];
        panic!(
            "{name} {index} ({bytes} bytes): {why}\n  {begin}\nwritten to {file}; again:\n  \
             REGATTA_FUZZ_SEED={seed} REGATTA_FUZZ_INPUT={index} cargo test --test fuzz -- {name}",
            name = self.name,
            bytes = input.len(),
            begin = begin.escape_ascii(),
            file = file.display(),
            seed = seed(),
        );
    }
}

/// Reads what comes, and tells of each what became of it.
fn read_all(
    inputs: &Receiver<Vec<u8>>,
    tell: &std::sync::mpsc::Sender<Result<(), String>>,
    mut check: Check,
    (base_bytes, factor): (u64, u64),
) {
    for input in inputs {
        let cpu = cpu_time();
        heap::start();
        let read = catch_unwind(AssertUnwindSafe(|| check(&input)));
        let most_at_once = heap::stop().peak_bytes;
        let took = cpu_time().saturating_sub(cpu);
        let may = base_bytes + factor * input.len() as u64;
        let said = match read {
            Err(panic) => Err(words(panic.as_ref())),
            Ok(()) if most_at_once > may => Err(format!(
                "it took {most_at_once} bytes on the heap, and may take {may}"
            )),
            Ok(()) if took > MOST_CPU => Err(format!("it took {took:?} of CPU time")),
            Ok(()) => Ok(()),
        };
        if tell.send(said).is_err() {
            return;
        }
    }
}

fn outcome(told: &Receiver<Result<(), String>>) -> Result<(), String> {
    match told.recv_timeout(PATIENCE) {
        Ok(said) => said,
        Err(RecvTimeoutError::Timeout) => Err(format!("not read within {PATIENCE:?}")),
        Err(RecvTimeoutError::Disconnected) => Err("the thread is gone".to_owned()),
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words").to_owned()
}

#[cfg(unix)]
fn cpu_time() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    let now = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
    now.map(Duration::from).unwrap_or_default()
}

/// There the patience alone bounds an input.
#[cfg(not(unix))]
fn cpu_time() -> Duration {
    Duration::ZERO
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable}={text}: expected a whole number")))
}

fn seed() -> u64 {
    number("REGATTA_FUZZ_SEED").unwrap_or(1)
}

/// The value, or a panic that says what was expected.
#[track_caller]
pub(crate) fn must<T, E: Display>(what: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{what}: {error:#}"))
}
