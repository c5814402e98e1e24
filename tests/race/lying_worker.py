#!/usr/bin/env python3
"""A worker that lies. REAL is the honest program, LIE says how it lies.

The process that the harness started becomes the honest worker, so that it is
measured from outside. A child of it stands between that worker and the harness.
SHADOW is a second server with the same scenario: what was scraped there is true,
and the server under test has not seen it. TARGET is the one that the worker is sent to.
"""

import http.client, json, os, socket, sys, time

REAL, LIE, DRIVER = os.environ["REAL"], os.environ["LIE"], os.environ["DRIVER"]
SHADOW, TARGET = os.environ["SHADOW"], os.environ["TARGET"]

jobs_in, jobs_out = os.pipe()
answers_in, answers_out = os.pipe()
if os.fork() != 0:
    os.dup2(jobs_in, 0)
    os.dup2(answers_out, 1)
    for end in (jobs_in, jobs_out, answers_in, answers_out):
        os.close(end)
    os.execv(REAL, [REAL, "worker", f"--driver={DRIVER}"])

os.close(jobs_in)
os.close(answers_out)
answers = os.fdopen(answers_in)


def honest(job):
    os.write(jobs_out, (json.dumps(job) + "\n").encode())
    return json.loads(answers.readline())


def request(method, pages, server=TARGET):
    connection = http.client.HTTPConnection(server)
    for page in pages:
        connection.request(method, f"/page/{page}")
        connection.getresponse().read()
    return connection


def spin(seconds):
    """Uses the CPU for this long."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def scaled(latency, factor):
    """Latencies that agree with each other, and with nothing else."""
    for key in ("mean_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns"):
        latency[key] = int(latency[key] * factor)
    merged = {}
    for value, count in latency["histogram"]:
        merged[int(value * factor)] = merged.get(int(value * factor), 0) + count
    latency["histogram"] = sorted(merged.items())


def lied(sample):
    latency = sample["page_latency"]
    changes = {
        "cpu-half": lambda: sample.update(cpu_ns=sample["cpu_ns"] // 2),
        "cpu-0": lambda: sample.update(cpu_ns=0),
        "cpu-null": lambda: sample.update(cpu_ns=None),
        "cpu-tenfold": lambda: sample.update(cpu_ns=sample["cpu_ns"] * 10),
        "peak-2-MB": lambda: sample.update(peak_rss_bytes=2_000_000),
        "peak-0": lambda: sample.update(peak_rss_bytes=0),
        "peak-null": lambda: sample.update(peak_rss_bytes=None),
        "peak-1-GB": lambda: sample.update(peak_rss_bytes=1_000_000_000),
        "titles-3": lambda: sample.update(titles=3),
        "bytes-7": lambda: sample.update(bytes=7),
        "pages-0": lambda: sample.update(pages=0),
        "errors-1": lambda: sample.update(errors=1),
        "digest": lambda: sample.update(digest="0" * 16),
        "retries-5": lambda: sample.update(retries=5),
        "timeouts-2": lambda: sample.update(timeouts=2),
        "wall-1-ns": lambda: sample.update(wall_ns=1),
        "wall-long": lambda: sample.update(wall_ns=sample["wall_ns"] + 5_000_000_000),
        "start-0": lambda: sample.update(start_ns=0),
        "start-long": lambda: sample.update(start_ns=5_000_000_000),
        "p50-0": lambda: latency.update(p50_ns=0),
        "p99-1-ns": lambda: latency.update(p99_ns=1),
        "max-over-wall": lambda: latency.update(max_ns=sample["wall_ns"] + 1),
        "mean-half": lambda: latency.update(mean_ns=latency["mean_ns"] // 2),
        "no-histogram": lambda: latency.update(histogram=[]),
        "all-latencies-half": lambda: scaled(latency, 0.4),
    }
    changes.get(LIE, lambda: None)()
    return sample


kept = []
if LIE == "ahead":
    # Before it is told to.
    request("GET", [0])
for line in sys.stdin:
    job = json.loads(line)
    shadowed = {"replay", "head", "half", "one-connection", "post"}
    answer = honest({**job, "server": SHADOW} if LIE in shadowed else job)
    pages, begun = job["pages"], time.perf_counter_ns()
    if LIE == "head":
        request("HEAD", range(pages))
    elif LIE == "half":
        request("GET", range(pages // 2))
    elif LIE == "one-connection":
        request("GET", range(pages))
    elif LIE == "post":
        request("POST", range(pages))
    elif LIE == "twice":
        request("GET", range(pages))
    elif LIE == "connections":
        kept = [socket.create_connection(TARGET.split(":")) for _ in range(40)]
        # The server has accepted them all when it answers on the last.
        kept[-1].sendall(b"GET /robots.txt HTTP/1.1\r\nhost: x\r\n\r\n")
        kept[-1].recv(1)
    elif LIE == "child-cpu":
        spin(0.5)
    elif LIE == "ended-child-cpu":
        child = os.fork()
        if child == 0:
            spin(0.5)
            os._exit(0)
        os.waitpid(child, 0)
    elif LIE == "child-memory":
        kept = bytearray(b"x") * 200_000_000
    if LIE in shadowed:
        # Long enough for what it did here.
        answer["sample"]["wall_ns"] += time.perf_counter_ns() - begun
    if "sample" in answer:
        answer["sample"] = lied(answer["sample"])
    print(json.dumps(answer), flush=True)
