#!/usr/bin/env python3
"""Reads what ptxas reported of objects' kernels (x.o.ptxas) and the PTX it read (x.o.ptx), prints a table, and fails unless
every kernel of their sources is there, for explicit methods up to order 5 without a stack frame and without spills, and in
float without arithmetic in double.

  check_kernels.py x.o...
"""

import re
import subprocess
import sys
from pathlib import Path

FIXED = {"ExplicitEuler", "Ralston3", "ClassicalRk4"}
UP_TO_ORDER_5 = FIXED | {"Heun21", "BogackiShampine32", "Fehlberg45", "CashKarp54", "DormandPrince54", "Tsit5"}
ABOVE = {"Verner65", "Verner76", "Verner87", "Verner98", "DormandPrince853"}
LORENZ = {("Lorenz", method, "FixedStep" if method in FIXED else "PiControl", precision)
        for method in UP_TO_ORDER_5 for precision in ["float", "double"]} | {("Lorenz", "Tsit5", "FixedStep", "float")}  # fmt: skip
LEAN = LORENZ | {
    ("Robertson", "Rodas4", "GustafssonControl", "float"), ("Robertson", "Rodas4", "GustafssonControl", "double"),
    ("Robertson", "Rodas5P", "GustafssonControl", "double")}  # fmt: skip
STIFF = (LEAN - LORENZ) | {("Hires", "Rodas4", "GustafssonControl", "double")} | {
    ("Robertson", method, "GustafssonControl", "double") for method in ["Sdirk43", "RadauIIA5", "AutoSwitch"]}  # fmt: skip
EXPECTED = {"lorenz_kernels": LORENZ, "stiff_kernels": STIFF,
            "high_order_kernels": {("Lorenz", method, "PiControl", "double") for method in ABOVE}}  # fmt: skip
ENTRY = re.compile(r"Compiling entry function '(\S+)'")
KERNEL = re.compile(r"ThreadKernel\S*<kobie::KernelParts\S*<.*?(Lorenz|Robertson|Hires), kobie::(\w+).*?, kobie::(\w+)\S*, "
                    r"kobie::BuffersOf.*\1, (float|double)>")
STACK = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
CALL = re.compile(r"\bcall(?:\.uni)?\s+(?:\([^)]*\),\s*)?([\w$.]+)")
REGISTERS = re.compile(r"Used (\d+) registers")


def demangled(names):
    answer = subprocess.run(["c++filt"], input="\n".join(names), capture_output=True, text=True, check=True)
    return dict(zip(names, answer.stdout.splitlines()))


def bodies(ptx):
    """The text of every entry function, by its name, with that of the functions that it calls."""
    parts = re.split(r"^(?:\.visible |\.weak )*\.(?:entry|func)\s+(?:\([^)]*\)\s*)?", ptx, flags=re.MULTILINE)[1:]
    own = {}
    for part in parts:
        name = re.match(r"[\w$.]+", part).group()
        own[name] = own.get(name, "") + part.split("\n}\n")[0]

    def whole(name, seen):
        seen.add(name)
        text = own[name]
        for other in CALL.findall(own[name]):
            if other in own and other not in seen:
                text += whole(other, seen)
        return text

    return {name: whole(name, set()) for name in own}


def main():
    problems = []
    expected = set()
    found = set()
    print(f"{'kernel':<50}{'registers':>10}{'stack':>8}{'spills':>8}{'f64 in PTX':>12}")
    for name in sys.argv[1:]:
        expected |= EXPECTED[Path(name).name.split(".")[0]]
        bodies_of = bodies(Path(name + ".ptx").read_text())
        sections = ENTRY.split(Path(name + ".ptxas").read_text())[1:]
        entries = dict(zip(sections[::2], sections[1::2]))
        plain = demangled(list(entries))
        for mangled, text in entries.items():
            kernel = KERNEL.search(plain[mangled])
            if kernel is None:
                continue
            found.add(kernel.groups())
            stack, stores, loads = map(int, STACK.search(text).groups())
            registers = int(REGISTERS.search(text).group(1))
            doubles = len(re.findall(r"\.f64\b", bodies_of[mangled]))
            label = " ".join(kernel.groups())
            print(f"{label:<50}{registers:>10}{stack:>8}{stores + loads:>8}{doubles:>12}")
            if kernel.groups() in LEAN and (stack or stores or loads):
                problems.append(f"{label}: {stack} bytes of stack, {stores} spilled, {loads} loaded back")
            if kernel.group(4) == "float" and doubles:
                problems.append(f"{label}: {doubles} instructions in double")
            if kernel.group(4) == "double" and not doubles:
                problems.append(f"{label}: no instruction in double, so this check does not see them")
    problems += [f"{' '.join(kernel)}: not in the report" for kernel in sorted(expected - found)]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
