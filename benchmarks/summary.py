#!/usr/bin/env python3
"""Runs kobie's benchmarks in interleaved repetitions and prints how many times faster it is than Boost.odeint, or,
where the problems are stiff, than SUNDIALS' CVODE.

  benchmarks/summary.py [--stiff] [--program build/benchmarks/benchmarks/kobie-benchmark] [--repetitions 7] [--threads 2] [--cpu-time]

One thread throughout, but for the last table against odeint. A time is the least of its repetitions, which what else the machine does cannot
shorten.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

# What is compared, per step or per run, and what the project aims at.
PAIRS = [
    ("lorenz/fixed/double", "step", 9.0),
    ("lorenz/fixed/float", "step", 16.0),
    ("lorenz/adaptive/double", "run", 7.0),
    ("lorenz/adaptive/float", "run", 11.0),
    ("hodgkin-huxley/fixed/double", "step", 5.0),
    ("hodgkin-huxley/adaptive/double", "run", 5.0),
    ("lorenz-96/fixed/double", "step", 6.0),
    ("lorenz-96/adaptive/double", "run", 6.0),
]
# Against CVODE at the same error. The fastest of kobie's methods counts.
STIFF = [("robertson", 10.0), ("reactor-0", 6.0), ("reactor-1", 6.0), ("reactor-2", 6.0), ("hires", 6.0)]
BALANCE = [("balance/fixed", 1.15), ("balance/adaptive", 1.15)]
THREADS = 1.9


def measure(options, threads, pattern):
    """The repetition of each benchmark that took the least time, by name."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out.json"
        subprocess.run(
            [
                options.program,
                f"--kokkos-num-threads={threads}",
                f"--benchmark_filter={pattern}",
                f"--benchmark_repetitions={options.repetitions}",
                "--benchmark_enable_random_interleaving=true",
                "--benchmark_min_time=0.1",
                f"--benchmark_out={out}",
                "--benchmark_out_format=json",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        results = json.loads(out.read_text())["benchmarks"]
    best = {}
    for result in results:
        if result["run_type"] != "iteration":
            continue
        name = result["run_name"].removesuffix("/real_time")
        result["time"] = result["cpu_time" if options.cpu_time and threads == 1 else "real_time"]
        if name not in best or result["time"] < best[name]["time"]:
            best[name] = result
    return best


def per(result, unit):
    """Nanoseconds for a step or a run."""
    return 1e9 * result[f"time/{unit}"] * result["time"] / result["real_time"]


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))))
    print()


def stiff_table(options):
    all_results = measure(options, 1, "/matched/")
    rows = [("", "us a run", "CVODE", "kobie", "ratio", "aim", "steps/run", "of CVODE", "error", "of CVODE", "rtol", "of CVODE")]
    for problem, aim in STIFF:
        results = {name.split("/")[2]: r for name, r in all_results.items() if name.startswith(problem + "/")}
        theirs = results.pop("cvode")
        for method, ours in sorted(results.items(), key=lambda item: per(item[1], "run")):
            a, b = per(theirs, "run") / 1000, per(ours, "run") / 1000
            rows.append(
                (problem, method, f"{a:.0f}", f"{b:.2f}", f"{a / b:.1f}", f"{aim:g}", f"{ours['steps/run']:.1f}",
                 f"{theirs['steps/run']:.1f}", f"{ours['error']:.1e}", f"{theirs['error']:.1e}", f"{ours['rtol']:.1e}",
                 f"{theirs['rtol']:.1e}")
            )
    table(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stiff", action="store_true", help="the stiff problems, against CVODE")
    parser.add_argument("--program", default="build/benchmarks/benchmarks/kobie-benchmark")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2, help="against one, in the last table")
    parser.add_argument("--cpu-time", action="store_true", help="what one thread used of the processor, for a busy machine")
    options = parser.parse_args()
    if not pathlib.Path(options.program).exists():
        sys.exit(f"summary.py: there is no {options.program}; build it (preset benchmarks), or name it with --program.")

    if options.stiff:
        stiff_table(options)
        return

    one = measure(options, 1, "^(lorenz|hodgkin-huxley|lorenz-96|balance)/.*(kobie|odeint|even)/")
    rows = [("", "ns", "odeint", "kobie", "ratio", "aim", "steps/run", "of odeint", "error", "of odeint")]
    for name, unit, aim in PAIRS:
        ours, theirs = one[name + "/kobie"], one[name + "/odeint"]
        a, b = per(theirs, unit), per(ours, unit)
        rows.append(
            (name, "a " + unit, f"{a:.1f}", f"{b:.2f}", f"{a / b:.2f}", f"{aim:g}", f"{ours['steps/run']:.1f}",
             f"{theirs['steps/run']:.1f}", f"{ours['error']:.1e}", f"{theirs['error']:.1e}")
        )
    table(rows)

    rows = [("one run in 1000 takes 100 times the steps", "even, ns a step", "uneven", "ratio", "at most")]
    for name, most in BALANCE:
        even, uneven = per(one[name + "/even"], "step"), per(one[name + "/uneven"], "step")
        rows.append((name, f"{even:.2f}", f"{uneven:.2f}", f"{uneven / even:.2f}", f"{most:g}"))
    table(rows)

    names = ["lorenz/fixed/double/kobie", "lorenz/adaptive/double/kobie"]
    several = measure(options, options.threads, f"^({'|'.join(names)})/")
    rows = [(f"{options.threads} threads", "one, ms", f"{options.threads}, ms", "ratio", "aim")]
    for name in names:
        a, b = one[name]["real_time"], several[name]["real_time"]
        rows.append((name, f"{a:.2f}", f"{b:.2f}", f"{a / b:.2f}", f"{THREADS:g}" if options.threads == 2 else ""))
    table(rows)


if __name__ == "__main__":
    main()
