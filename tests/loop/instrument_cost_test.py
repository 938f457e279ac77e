#!/usr/bin/env python3
"""The loop without an instrument costs nothing: it compiles to the machine code of a loop that has no word of instruments in its
steps. Compares the instructions of two compilations, from the sources as they are and from a copy without the lines that call
an instrument, in which nothing is watched; that a recorder's differ shows that the comparison sees something.

  instrument_cost_test.py --source FOLDER COMPILER OPTION...
"""

import argparse
import concurrent.futures
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

# Checking the other methods' order conditions would take most of the time.
TABLEAUS = [
    "tableaus", "auto_switch", "butcher", "classical_rk4", "diagonally_implicit", "fully_implicit",
    "interpolant", "method_control", "orders", "rodas5p", "rosenbrock", "rosenbrock_interpolant",
    "rosenbrock_order", "stability", "stage_predictor", "stage_transformation", "tsit5",
]
EXPORTED = re.compile(r"^export import :(\w+);\n", re.MULTILINE)
# One statement on one line; `instrument_` is the loop's, `instrument` an algorithm's.
CALL = re.compile(r"^[ \t]*instrument_?\.(?:template )?(?:stage|newton_guess|newton|linear|linearised|attempt|end_of_step)(?:<\w+>)?\(.*\);[ \t]*\n", re.MULTILINE)
ANY_CALL = re.compile(r"\binstrument_?\s*(?:\.|->)\s*(?:template\s+)?(?:stage|newton_guess|newton|linear|linearised|attempt|end_of_step)\b")
PROGRAM = """
#include <cstddef>
#include <kobie/buffers/buffers.hpp>
#include <kobie/control/control.hpp>
#include <kobie/core/core.hpp>
#include <kobie/loop/loop.hpp>
#include <kobie/numbers/numbers.hpp>
#include <kobie/systems/systems.hpp>
#include <kobie/tableaus/tableaus.hpp>

using Real = kobie::Pack<double, 8>;

struct Lorenz {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = kobie::values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});
  template <class R>
  static constexpr void rhs(const kobie::Point<Lorenz, R>& at, kobie::Rates<Lorenz, R>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    d.state = {sigma * (y - x), x * (rho - z) - y, x * y - beta * z};
  }
};

struct Sink {
  Real* to;
  void operator()(kobie::MaskOf<Real> due, kobie::CountOf<Real>, kobie::Components<const Real, 3> y,
                  kobie::Components<const Real, 0>) {
    for (std::size_t i = 0; i < 3; ++i) {
      to[i] = kobie::select(due, y[i], to[i]);
    }
  }
};

template <class Method, class Control>
kobie::RunOutcome<Real> integrate(const kobie::LoopSettings<double>& settings, const kobie::RunInput<Lorenz, Real>& input,
                                  Real* to, const kobie::StepRecordPointers<double>& records) {
  using Instrument = kobie::INSTRUMENT::For<Lorenz, Method, Real>;
  using Buffers = kobie::BuffersOf<kobie::LoopBuffers<Lorenz, Method, double>>;
  Sink sink{to};
  (void)records;
  kobie::Integrator<Lorenz, Method, Control, Real, Sink, Buffers, Instrument> loop(settings, sink, Instrument(ARGUMENTS));
  return loop.run(input, kobie::MaskOf<Real>(true));
}

template kobie::RunOutcome<Real> integrate<kobie::Tsit5, kobie::PiControl>(
    const kobie::LoopSettings<double>&, const kobie::RunInput<Lorenz, Real>&, Real*, const kobie::StepRecordPointers<double>&);
template kobie::RunOutcome<Real> integrate<kobie::ClassicalRk4, kobie::FixedStep>(
    const kobie::LoopSettings<double>&, const kobie::RunInput<Lorenz, Real>&, Real*, const kobie::StepRecordPointers<double>&);
"""


def projector(source):
    path = source / "cmake/headers/project.py"
    spec = importlib.util.spec_from_file_location("project", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copied_modules(source, folder, without_calls):
    """Copies of the modules' units, with or without the lines that call an instrument, and how many those are."""
    copies, calls = [], 0
    for unit in sorted((source / "modules").glob("*/*.cppm")):
        text = unit.read_text(encoding="utf-8")
        if unit.parent.name == "tableaus":
            if unit.stem not in TABLEAUS:
                continue
            text = EXPORTED.sub(lambda line: line.group() if line[1] in TABLEAUS else "", text)
        bare, count = CALL.subn("", text.replace("Instrument::watches", "false"))
        if ANY_CALL.search(bare):
            sys.exit(f"{unit}: a call of an instrument is not one statement on a line of its own")
        calls += count
        copies.append(folder / unit.relative_to(source))
        copies[-1].parent.mkdir(parents=True, exist_ok=True)
        copies[-1].write_text(bare if without_calls else text, encoding="utf-8")
    return copies, calls


def project_headers(project, copies, folder):
    units = [project.Unit(str(copy)) for copy in copies]
    headers = {unit.name: project.header_of(unit.name) for unit in units}
    for unit in units:
        project.write_if_different(folder / headers[unit.name], project.projected(unit, headers))


def instructions(command, headers, program, instrument, arguments):
    """The instructions of both loops and of all that they call, as the compiler writes them."""
    command = [*command, f"-I{headers}", f"-DINSTRUMENT={instrument}", f"-DARGUMENTS={arguments}", "-S", "-o", "-", program]
    answer = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(answer.stderr)
    lines = (line.split("#")[0].strip() for line in answer.stdout.splitlines())
    return [line for line in lines if line and not line.startswith(".") and not line.endswith(":")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    project = projector(arguments.source)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        copies, _ = copied_modules(arguments.source, folder / "copies", without_calls=False)
        bare_copies, removed = copied_modules(arguments.source, folder / "bare_copies", without_calls=True)
        project_headers(project, copies, folder / "headers")
        project_headers(project, bare_copies, folder / "bare_headers")
        program = folder / "loops.cpp"
        program.write_text(PROGRAM, encoding="utf-8")
        cases = [("headers", "NoInstrument", ""), ("bare_headers", "NoInstrument", ""), ("headers", "StepRecorder", "records")]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            jobs = [pool.submit(instructions, arguments.command, folder / headers, program, *case) for headers, *case in cases]
        unwatched, bare, recorded = (job.result() for job in jobs)
    print(f"{removed} lines call an instrument")
    print(f"instructions: {len(bare)} without them, {len(unwatched)} with NoInstrument, {len(recorded)} with StepRecorder")
    problems = []
    if unwatched != bare:
        at = next((i for i, pair in enumerate(zip(unwatched, bare)) if pair[0] != pair[1]), min(len(unwatched), len(bare)))
        problems.append(f"NoInstrument: instruction {at} is {unwatched[at : at + 1]} instead of {bare[at : at + 1]}")
    if removed == 0 or len(recorded) <= len(unwatched):
        problems.append("a recorder's code is no larger, so this comparison sees nothing")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
