//! Examples of each command, for its help, its man page and docs/commands.md;
//! and what to type for what one wants to see.

/// A command line and what it does.
type Example = (&'static str, &'static str);

/// What a command is for, and some of its uses.
#[derive(Debug)]
pub(super) struct Use {
    /// The command.
    pub(super) command: &'static str,
    /// What it does and when one needs it, in a paragraph.
    pub(super) about: &'static str,
    /// Two or three uses.
    pub(super) examples: &'static [Example],
}

/// Those of every command, in the order of the help.
pub(super) const USES: [Use; 16] = [
    Use {
        command: "report",
        about: "Fetches the same pages with each driver, verifies every run, and prints wall time, CPU time, \
                memory and latency in one table. Rounds run until each median is known to 2 % or the budget is \
                used. Each key of the workload is also a flag. It is the default command: its flags work \
                without the word `report`.",
        examples: &[
            ("regatta", "ten drivers on the workload quick, about 45 s"),
            (
                "regatta --workload tail --driver tokio,mio/raw",
                "another workload, fewer drivers",
            ),
            (
                "regatta --latency 50ms --pages 1000 --format markdown --output r.md",
                "other numbers, written to a file",
            ),
        ],
    },
    Use {
        command: "workloads",
        about: "A workload says how many pages there are, how long the server waits before each, how many may be \
                in flight, and what is read. It is a short TOML file; copy one from fixtures/workloads/ to make \
                your own.",
        examples: &[
            ("regatta workloads", "all of them with their purpose"),
            ("regatta workloads tail", "every key of one"),
        ],
    },
    Use {
        command: "drivers",
        about: "A driver is a concurrency model with an HTTP client. The list says how each model waits, which \
                crates it uses in which versions, and whether it can start on this machine.",
        examples: &[
            ("regatta drivers", "models, fixed programs and traps"),
            (
                "regatta drivers --driver tokio --json",
                "those of one model, for a program",
            ),
        ],
    },
    Use {
        command: "lesson",
        about: "Each lesson asks for a guess, runs for some seconds, and prints the guess, a formula and the \
                measurement side by side, with a picture of every page. Four lessons have an exercise that is \
                graded by what the server saw.",
        examples: &[
            ("regatta lesson 1", "the first lesson"),
            ("regatta lesson list", "all lessons and your results"),
            (
                "regatta lesson 6 --predict b --yes",
                "without questions, for a script",
            ),
        ],
    },
    Use {
        command: "pitfalls",
        about: "Measures the same thing twice, the wrong way and the right way, and explains the difference.",
        examples: &[
            ("regatta pitfalls", "the list"),
            (
                "regatta pitfalls drift",
                "one of them, measured in some seconds",
            ),
        ],
    },
    Use {
        command: "check",
        about: "Measures the drivers of a saved baseline again, in pairs with a reference driver, and says for each \
                whether it regressed. Ratios to the reference are compared, not milliseconds, so that a slower \
                day is no regression.",
        examples: &[
            ("regatta report --save main", "make the baseline"),
            ("regatta check", "compare this build with it"),
            (
                "regatta check --metric memory --tolerance 8%",
                "another metric decides",
            ),
        ],
    },
    Use {
        command: "compare",
        about: "Runs two builds in pairs on the same server and says for each driver whether the new one \
                regressed. No baseline is needed.",
        examples: &[
            (
                "regatta compare --old target/old/regatta",
                "this program with an older one",
            ),
            (
                "regatta compare --old-rev HEAD~1 --driver tokio/hyper",
                "with a build of another commit",
            ),
        ],
    },
    Use {
        command: "selftest",
        about: "Compares a build with itself, and with itself slowed down by a known share. The rates of false \
                alarms and of slowdowns that were not found tell how far to trust `check` on this machine.",
        examples: &[
            ("regatta selftest", "one check of each kind: a first look"),
            ("regatta selftest --times 20", "enough for a rate"),
        ],
    },
    Use {
        command: "cancel",
        about: "Stops each driver while requests are in flight, in several ways, and prints how long it took to \
                stop and what it lost.",
        examples: &[
            ("regatta cancel", "the drivers that run by default"),
            (
                "regatta cancel --driver tokio,smol --concurrency 100",
                "two models, more in flight",
            ),
        ],
    },
    Use {
        command: "serve",
        about: "Serves the pages of a workload on 127.0.0.1 with its delays and faults. A second port has the \
                ledger (what the server saw), a log and metrics for Prometheus.",
        examples: &[
            ("regatta serve", "200 pages with 20 ms each, on port 8080"),
            (
                "regatta serve --workload flaky --port 9000",
                "a server with faults",
            ),
            (
                "regatta serve --workload tail --latency 5ms --log",
                "a workload with another delay",
            ),
        ],
    },
    Use {
        command: "scrape",
        about: "Crawls a site under its robots.txt, with retries, rate limits and deadlines, and stores titles, \
                headings and prices. It speaks http, not https, and stays on this machine unless --allow-remote \
                is given.",
        examples: &[
            ("regatta scrape", "the built-in site, nothing stored"),
            (
                "regatta scrape --url http://127.0.0.1:8080/ --rate 20 --store sqlite:news.db",
                "a site of yours, into a database",
            ),
            (
                "regatta scrape --driver smol/hyper --json",
                "another driver, the summary as JSON",
            ),
        ],
    },
    Use {
        command: "prices",
        about: "Reads a SQLite store that several scrapes have written and shows which prices changed.",
        examples: &[
            ("regatta prices news.db", "every page with a price"),
            (
                "regatta prices news.db --url /page/7",
                "one page over time, with a chart",
            ),
        ],
    },
    Use {
        command: "doctor",
        about: "Checks limits, clocks and other programs on this machine, and names the command that fixes what \
                would disturb a measurement.",
        examples: &[
            (
                "regatta doctor",
                "every check, with the command that fixes it",
            ),
            ("regatta doctor --json", "the same for a program"),
        ],
    },
    Use {
        command: "worker",
        about: "The process that runs a driver. The other commands start it; docs/PROTOCOL.md describes its jobs \
                and answers.",
        examples: &[
            (
                "regatta worker --driver tokio/hyper",
                "jobs from standard input",
            ),
            (
                "regatta worker --driver mio/raw --slowdown cpu=5%",
                "with a slowdown",
            ),
        ],
    },
    Use {
        command: "completions",
        about: "Prints a script that completes commands and flags in bash, elvish, fish, powershell or zsh.",
        examples: &[
            (
                "regatta completions bash > ~/.local/share/bash-completion/completions/regatta",
                "for bash",
            ),
            (
                "regatta completions fish > ~/.config/fish/completions/regatta.fish",
                "for fish",
            ),
        ],
    },
    Use {
        command: "man",
        about: "Writes regatta.1 and a page for each command.",
        examples: &[
            ("regatta man ~/.local/share/man/man1", "for `man regatta`"),
            ("regatta man .", "here, for `man ./regatta.1`"),
        ],
    },
];

/// What one may want to see, and what to type.
pub(super) const TO_SEE: [(&str, &[&str]); 23] = [
    (
        "every driver, its crates and how it waits",
        &["regatta drivers"],
    ),
    ("all drivers raced", &["regatta --driver all"]),
    (
        "models by clients: the effect of each alone",
        &["regatta --driver all --workload loopback --two-way"],
    ),
    (
        "the numbers of a well-known tutorial (42 s, 13 s, 7.8 s) measured",
        &["regatta --workload article"],
    ),
    (
        "500 pages in flight; sequential drivers need minutes",
        &["regatta --workload wide --yes"],
    ),
    (
        "a server with errors, resets and Retry-After",
        &["regatta --workload flaky"],
    ),
    (
        "a site that allows 200 requests a second",
        &["regatta --workload polite"],
    ),
    (
        "pages that are found by their links, under robots.txt",
        &["regatta --workload crawl"],
    ),
    (
        "a server with few slots that queues or rejects",
        &["regatta --workload slots", "regatta --workload storm"],
    ),
    (
        "requests that are never answered",
        &["regatta --workload stalls"],
    ),
    (
        "how late each event loop is while it parses pages",
        &["regatta --workload parse --concurrency 500 --pages 10000 --loop-lag"],
    ),
    (
        "the same race with a store behind every driver",
        &["regatta --workload loopback --store sqlite"],
    ),
    (
        "a scraper that writes into a database",
        &["regatta scrape --driver smol/hyper --store sqlite:news.db"],
    ),
    (
        "how prices changed between scrapes",
        &["regatta prices news.db --url /page/7"],
    ),
    (
        "wrong programs that good programmers write",
        &["regatta --driver trap,tokio/raw"],
    ),
    (
        "drivers that cheat, and why each is rejected",
        &["regatta --driver cheat"],
    ),
    (
        "whether a change of code cost anything",
        &["regatta compare --old-rev origin/main"],
    ),
    (
        "whether a driver regressed since a saved baseline",
        &["regatta --save main", "regatta check"],
    ),
    (
        "how often such a verdict is wrong on this machine",
        &["regatta selftest"],
    ),
    (
        "drivers stopped in the middle: how long, and what is lost",
        &["regatta cancel"],
    ),
    (
        "six wrong ways to measure, beside the right ones",
        &["regatta pitfalls", "regatta pitfalls drift"],
    ),
    (
        "what this machine allows, and what to fix",
        &["regatta doctor"],
    ),
    (
        "the server alone, for curl or a browser",
        &["regatta serve --port 8080"],
    ),
];

/// What is not a command of Regatta but of cargo.
pub(super) const WITH_CARGO: [(&str, &[&str]); 4] = [
    (
        "wall time, CPU time, memory and pages per second as curves (`target/criterion/report/index.html`)",
        &["cargo bench"],
    ),
    (
        "the same for the tokio drivers, or of CPU time, alone",
        &["cargo bench -- tokio", "cargo bench --bench cpu"],
    ),
    (
        "what a page costs to make, check and read",
        &["cargo bench --bench page"],
    ),
    (
        "what a store costs, beside JSON Lines",
        &["cargo bench --bench store"],
    ),
];

/// Those of a command.
pub(super) fn of(command: &str) -> Option<&'static Use> {
    USES.iter().find(|uses| uses.command == command)
}

/// The examples of a command, as they are in its help.
pub(super) fn help(command: &str) -> Option<String> {
    let uses = of(command)?;
    let lines = uses
        .examples
        .iter()
        .map(|(line, what)| format!("  {line}\n      {what}"));
    let lines: Vec<String> = lines.collect();
    Some(format!("Examples:\n{}", lines.join("\n")))
}
