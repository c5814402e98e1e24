#!/usr/bin/env python3
"""A build of Regatta whose worker lies: REAL is the honest build, LIE says how.

The process that the harness started becomes the honest worker, so that it can be
measured from outside. A child of it stands between that worker and the harness.
"""

import http.client, json, os, sys, time

REAL, LIE = os.environ["REAL"], os.environ["LIE"]
if sys.argv[1] != "worker":
    os.execv(REAL, [REAL, *sys.argv[1:]])

jobs_in, jobs_out = os.pipe()
answers_in, answers_out = os.pipe()
if os.fork() != 0:
    os.dup2(jobs_in, 0)
    os.dup2(answers_out, 1)
    for end in (jobs_in, jobs_out, answers_in, answers_out):
        os.close(end)
    os.execv(REAL, [REAL, *sys.argv[1:]])

os.close(jobs_in)
os.close(answers_out)
answers = os.fdopen(answers_in)
connection = None


def honest(line):
    os.write(jobs_out, line.encode())
    return json.loads(answers.readline())


def request(job, method):
    """All pages, one after the other, on one connection."""
    global connection
    connection = connection or http.client.HTTPConnection(job["server"])
    for page in range(job["pages"]):
        connection.request(method, f"/page/{page}")
        connection.getresponse().read()


def changed(sample, step):
    """The sample with the lie in it."""
    first, later = step == 1, step > 1
    latency = sample["page_latency"]
    if LIE == "cpu-half":
        sample["cpu_ns"] //= 2
    elif LIE == "cpu-half-later" and later:
        sample["cpu_ns"] //= 2
    elif LIE == "cpu-0":
        sample["cpu_ns"] = 0
    elif LIE == "cpu-null":
        sample["cpu_ns"] = None
    elif LIE == "peak-1-MB":
        sample["peak_rss_bytes"] = 1_000_000
    elif LIE == "peak-0":
        sample["peak_rss_bytes"] = 0
    elif LIE == "peak-null":
        sample["peak_rss_bytes"] = None
    elif LIE == "titles-3":
        sample["titles"] = 3
    elif LIE == "bytes-7":
        sample["bytes"] = 7
    elif LIE == "pages-0-later" and later:
        sample["pages"] = 0
    elif LIE == "wall-1-ns-later" and later:
        sample["wall_ns"] = 1
    elif LIE == "wall-short":
        sample["wall_ns"] = sample["wall_ns"] * 8 // 10
    elif LIE == "p99-1-ns" and step == 2:
        latency["p99_ns"] = 1
    elif LIE == "max-1-ns-later" and later:
        latency["max_ns"] = 1
    elif LIE == "mean-1-ns-later" and later:
        latency["mean_ns"] = 1
    elif LIE == "no-histogram-later" and later:
        latency["histogram"] = []
    elif LIE == "digest-later" and later:
        sample["digest"] = "0" * 16
    elif LIE == "retries-later" and later:
        sample["retries"] = 5
    elif LIE == "p50-1-ns-later" and later:
        latency["p50_ns"] = 1
    elif LIE == "histogram-1-ns-later" and later:
        latency["histogram"] = [[1, job["pages"]]]
    elif LIE == "peak-3-MB":
        sample["peak_rss_bytes"] = 3_000_000
    elif LIE == "cpu-twice":
        sample["cpu_ns"] *= 2
    elif LIE == "wall-twice":
        sample["wall_ns"] *= 2
    elif LIE == "start-0" and first:
        sample["start_ns"] = 0
    elif LIE == "errors-later" and later:
        sample["errors"] = 1
    return sample


def lied(heap):
    if LIE == "allocations-0":
        heap["allocations"] = 0
    elif LIE == "allocated-0":
        heap["allocated_bytes"] = 0
    elif LIE == "heap-pages-1":
        heap["pages"] = 1
    return heap


step, stored, counted = 0, None, None
for line in sys.stdin:
    job = json.loads(line)
    if job.get("heap"):
        if LIE == "heap-replay":
            # The figures of a step that was not asked for.
            answer = {"heap": {"pages": job["pages"], "allocations": 9999, "allocated_bytes": 999999,
                               "heap_peak_bytes": 99999}}
        else:
            answer = honest(line)
            answer["heap"] = lied(answer["heap"])
    else:
        step += 1
        if step > 1 and LIE == "replay":
            answer = stored
            answer["sample"]["cpu_ns"] = answer["sample"]["cpu_ns"] * 9 // 10
        elif step > 1 and LIE == "head":
            begun = time.monotonic_ns()
            request(job, "HEAD")
            answer = stored
            answer["sample"]["wall_ns"] = time.monotonic_ns() - begun
        elif step > 1 and LIE == "half":
            # Half of the pages, the rest from memory.
            request({**job, "pages": job["pages"] // 2}, "GET")
            answer = stored
        else:
            answer = honest(line)
            answer["sample"] = changed(answer["sample"], step)
            if LIE == "twice":
                request(job, "GET")
            elif LIE == "elsewhere":
                request({**job, "pages": 0}, "GET")
                connection.request("GET", "/robots.txt")
                connection.getresponse().read()
            stored = answer
    print(json.dumps(answer), flush=True)
    if step == 1 and LIE == "ahead":
        # The pages of the next step, before it is asked for.
        request(job, "GET")
