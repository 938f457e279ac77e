#!/usr/bin/env python3
"""Work-precision diagrams of the stiff problems: the error at the end against the time for a run, of kobie's methods and CVODE.

  benchmarks/work_precision.py [--program build/benchmarks/benchmarks/kobie-benchmark] [--repetitions 3] [--cpu-time]
                               [--draw-only] [--out benchmarks/figures/work_precision]

Measures on one thread, writes OUT.csv, and has gnuplot draw OUT.png of it.
"""
import argparse
import csv
import pathlib
import subprocess
import sys

import summary

COLUMNS = ["problem", "method", "rtol", "error", "microseconds per run", "steps per run"]
TITLES = {
    "robertson": "Robertson, t = 1e5",
    "reactor-0": "Brusselator, reactor 0",
    "reactor-1": "Brusselator, reactor 1",
    "reactor-2": "Brusselator, reactor 2",
    "hires": "HIRES",
}
COLOURS = ["333333", "0072b2", "d55e00", "009e73", "cc79a7", "e69f00", "56b4e9"]  # CVODE's, then as in src/io/colours.hpp


def measured(options):
    for name, result in summary.measure(options, 1, "/tolerance/").items():
        problem, _, method, _ = name.split("/")
        microseconds = summary.per(result, "run") / 1000
        yield [problem, method, f"{result['rtol']:.3g}", f"{result['error']:.3g}", f"{microseconds:.4g}", f"{result['steps/run']:.1f}"]


def script(rows, picture):
    """What gnuplot is told: a panel for each problem, the data inline."""
    methods = ["cvode"] + [m for m in dict.fromkeys(row["method"] for row in rows) if m != "cvode"]
    lines = [
        "set terminal pngcairo size 1800,1000 font 'sans,12'",
        f"set output '{picture}'",
        "set multiplot layout 2,3 margins 0.05,0.98,0.07,0.95 spacing 0.055,0.1",
        "set logscale xy",
        "set format '10^{%L}'",
        "set grid lc rgb '#e4e4e4'",
        "set border 3 lc rgb '#333333'",
        "set tics nomirror",
        "set xlabel 'largest relative error at the end'",
        "set ylabel 'microseconds per run'",
        "set xrange [1e-10:1e-1] reverse",
        "set key off",
    ]
    for i, (problem, title) in enumerate(TITLES.items()):
        for k, method in enumerate(methods):
            points = [r for r in rows if (r["problem"], r["method"]) == (problem, method)]
            text = "\n".join(f"{r['error']} {r['microseconds per run']}" for r in points if 0 < float(r["error"]) < 1)
            lines.append(f"$data{i}_{k} << EOD\n{text or 'NaN NaN'}\nEOD")
        curves = [
            f"$data{i}_{k} using 1:2 with linespoints pt 7 ps 0.7 lw 2 lc rgb '#{COLOURS[k]}' title '{method}'"
            for k, method in enumerate(methods)
        ]
        lines += [f"set title '{title}'", "plot " + ", ".join(curves)]
    # The key has a panel of its own.
    lines += ["unset border", "unset tics", "unset title", "unset xlabel", "unset ylabel", "unset logscale", "set xrange [0:1]",
              "set yrange [0:1]", "set key center spacing 1.6 font ',16' noenhanced"]
    keys = [f"NaN with linespoints pt 7 ps 1 lw 2 lc rgb '#{COLOURS[k]}' title '{m}'" for k, m in enumerate(methods)]
    lines += ["plot " + ", ".join(keys), "unset multiplot", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/benchmarks/benchmarks/kobie-benchmark")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--cpu-time", action="store_true", help="what the thread used of the processor, for a busy machine")
    parser.add_argument("--draw-only", action="store_true", help="draw the data that is there")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("benchmarks/figures/work_precision"))
    options = parser.parse_args()
    data = options.out.with_suffix(".csv")
    if not options.draw_only:
        if not pathlib.Path(options.program).exists():
            sys.exit(f"work_precision.py: there is no {options.program}; build it (preset benchmarks), or name it with --program.")
        rows = sorted(measured(options), key=lambda row: (row[0], row[1], -float(row[2])))
        data.parent.mkdir(parents=True, exist_ok=True)
        with data.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS] + rows)
    with data.open(newline="") as file:
        rows = list(csv.DictReader(file))
    subprocess.run(["gnuplot", "-d", "-"], input=script(rows, options.out.with_suffix(".png")), text=True, check=True)


main()
