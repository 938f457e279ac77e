#!/usr/bin/env python3
"""Compiles CUDA translation units that belong to C++20 modules, between CMake and Clang.

  compile_both_sides.py clang++ <what CMake passes>

CMake knows one built module interface (BMI) for each module. A CUDA translation unit is compiled twice, for the device and
for the host, and each side needs a BMI of its own. This script takes CMake's one command, asks the compiler which jobs it
would run for it (-###), and gives every job the BMIs of its side: those of the host where CMake expects them, those of the
device beside them (x.pcm and x.device.pcm). An interface unit's object and both of its BMIs come from the same two jobs.

It also
- includes Clang's CUDA runtime wrapper inside a module unit's global module fragment, not before `module;`, where the driver
  would put it and where nothing may stand; with -nogpuinc it leaves that out, and Clang's wrappers of standard headers;
- leaves Clang's texture functions out of module units: each unit's headers count against the 2^31 source locations of an importer;
- links an empty function for the initializer of every imported module into device code (llvm-project issue 57862: Clang calls
  it and defines it nowhere on the device);
- keeps ptxas' report and the PTX it read beside the object (x.o.ptxas, x.o.ptx) where -Xcuda-ptxas -v asks for the report;
- includes Kokkos_Core.hpp first in importers of modules that do: Kokkos' headers define variables of internal linkage, which
  no module can hand to its importers. In a module unit that is slow and seldom needed: only where its object lacks them.

Commands that do not compile for CUDA run as they are.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WRAPPER = "__clang_cuda_runtime_wrapper.h"
WRAPPED_HEADERS = "cuda_wrappers"
PRELUDE = "Kokkos_Core.hpp"
# The guard of a header of the wrapper's that is a fifth of all that Clang may read, and that no module unit needs.
TEXTURES = "__CLANG_CUDA_TEXTURE_INTRINSICS_H__"
INTERNAL = re.compile(r"CUDA_SPACE_ATOMIC_LOCKS|kokkos_impl_cuda_constant_memory_buffer")
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
FIRST_IN_UNIT = re.compile(r"\s*(export\s+)?module(\s*[:;]|\s+\w)")
FRAGMENT = re.compile(r"^\s*module\s*;[^\n]*\n", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def fail(message):
    sys.exit(f"compile_both_sides.py: {message}")


def device_bmi(host_bmi):
    return str(Path(host_bmi).with_suffix(".device" + Path(host_bmi).suffix))


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


class Command:
    """CMake's command, with what it says of modules taken apart."""

    def __init__(self, arguments):
        self.compiler = arguments[0]
        self.rest = []  # everything but modules, outputs of modules, and the source
        self.imports = {}  # module name: BMI of the host
        self.bmi = None
        self.bmi_only = False
        self.full_bmi = False
        self.source = None
        self.output = None
        self.language = None
        self.depfile = None
        self.wrapper = [WRAPPER]
        self._read(arguments[1:])

    def _read(self, arguments):
        i = 0
        while i < len(arguments):
            argument = arguments[i]
            if argument.startswith("@") and argument.endswith(".modmap"):
                self._read(shlex.split(Path(argument[1:]).read_text()))
            elif argument == "-x":
                i += 1
                if arguments[i] != "c++-module":
                    self.language = arguments[i]
            elif argument.startswith("-fmodule-output="):
                self.bmi = argument.split("=", 1)[1]
            elif argument.startswith("-fmodule-file="):
                name, path = argument.split("=", 2)[1:]
                self.imports[name] = path
            elif argument == "-fno-modules-reduced-bmi":
                self.full_bmi = True
            elif argument == "-o":
                i += 1
                self.output = arguments[i]
            elif argument == "--precompile":
                self.bmi_only = True
            elif argument == "-c":
                i += 1
                self.source = arguments[i]
            else:
                if argument == "-MF":
                    self.depfile = arguments[i + 1]
                if argument == "-nogpuinc":
                    self.wrapper = []
                self.rest.append(argument)
            i += 1


class Source:
    """What a source says of itself: whether it is a unit of a module, and where its global module fragment is."""

    def __init__(self, path):
        self.path = Path(path)
        self.text = self.path.read_text()
        # Comments give way to as many blanks and newlines, so that places in both texts are the same.
        self.code = COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), self.text)
        # In a module unit nothing but directives comes before `module`.
        self.is_module_unit = FIRST_IN_UNIT.match(DIRECTIVE.sub("", self.code)) is not None

    def with_headers(self, headers):
        """The text with headers first in the global module fragment, and every other line where it was."""
        includes = f"#define {TEXTURES}\n" + "".join(f"#include <{header}>\n" for header in headers)
        here = str(self.path).replace("\\", "\\\\").replace('"', '\\"')
        match = FRAGMENT.search(self.code)
        if match is None:
            return f'module;\n{includes}#line 1 "{here}"\n{self.text}'
        line = self.text.count("\n", 0, match.end()) + 1
        return f'{self.text[: match.end()]}{includes}#line {line} "{here}"\n{self.text[match.end() :]}'


def initializer(module):
    """The mangled name of a module's initializer (Itanium C++ ABI, 5.1.4.2: _ZGI and the module's name)."""
    name, _, partition = module.partition(":")
    mangled = "".join(f"W{len(part)}{part}" for part in name.split("."))
    mangled += "".join(f"WP{len(part)}{part}" for part in partition.split(".") if part)
    return "_ZGI" + mangled


def run(arguments):
    code = subprocess.call(arguments)
    if code != 0:
        sys.exit(code if code > 0 else 1)


def run_ptxas(job, output):
    """Where a report was asked for, it goes to a file, and so does what it is about."""
    if "-v" not in job:
        run(job)
        return
    answer = subprocess.run(job, capture_output=True, text=True)
    Path(output + ".ptxas").write_text(answer.stdout + answer.stderr)
    shutil.copyfile(next(a for a in job if a.endswith(".s")), output + ".ptx")
    if answer.returncode != 0:
        sys.stderr.write(answer.stderr)
        sys.exit(1)


def empty_initializers(compiler, modules, folder):
    """Device bitcode with an empty function for each module's initializer."""
    source = folder / "initializers.cu"
    source.write_text("".join(f'extern "C" __attribute__((device)) void {initializer(m)}() {{}}\n' for m in modules))
    bitcode = folder / "initializers.bc"
    run([compiler, "-x", "cuda", "--cuda-device-only", "-nogpulib", "-nogpuinc", "-Wno-unknown-cuda-version", "-O1", "-emit-llvm"]
        + ["-c", str(source), "-o", str(bitcode)])  # fmt: skip
    return bitcode


def jobs_of(command, source, output, scratch):
    """The jobs that the compiler would run, as lists of arguments."""
    prelude = ["-include", PRELUDE] if imports_kokkos(command) and not source.is_module_unit else []
    arguments = [command.compiler, "-###", *command.rest, *prelude]
    arguments += ["-x", command.language, "-o", output, "-c", command.source]
    # Where jobs hand files to each other: names that no other process is given.
    environment = dict(os.environ, TMPDIR=str(scratch))
    answer = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.stderr.write(answer.stderr)
        sys.exit(answer.returncode)
    jobs = []
    for line in answer.stderr.splitlines():
        if line.startswith(' "'):
            jobs.append(shlex.split(line))
        elif "warning:" in line or "error:" in line:
            print(line, file=sys.stderr)
    if not jobs:
        fail(f"{command.compiler} -### names no jobs:\n{answer.stderr}")
    return jobs


def kokkos_mark(bmi):
    return Path(bmi + ".kokkos")


def imports_kokkos(command):
    """Whether a module that this one imports, directly or not, includes all of Kokkos."""
    return any(kokkos_mark(bmi).exists() for bmi in command.imports.values())


def mark_kokkos(command):
    """Leaves word beside a BMI for imports_kokkos()."""
    includes = command.depfile is not None and PRELUDE in Path(command.depfile).read_text()
    kokkos_mark(command.bmi).touch() if includes else kokkos_mark(command.bmi).unlink(missing_ok=True)


def without(job, option, name):
    """The job without each such option whose value is a path that ends with this name."""
    result = []
    for argument in job:
        if result and result[-1] == option and Path(argument).name == name:
            result.pop()
        else:
            result.append(argument)
    return result


def adapt(job, is_device, command, source, unit_source, bitcode):
    """A job of the compiler proper, with the modules of its side."""
    side = device_bmi if is_device else (lambda bmi: bmi)
    job = list(job)
    modules = [f"-fmodule-file={name}={side(bmi)}" for name, bmi in command.imports.items()]
    modules.append("-fskip-odr-check-in-gmf")
    if command.bmi is not None:
        modules += ["-fmodules-reduced-bmi", f"-fmodule-output={side(command.bmi)}"]
    if is_device and bitcode is not None:
        modules += ["-mlink-builtin-bitcode", str(bitcode)]
    if source.is_module_unit:
        job = without(job, "-include", WRAPPER)
        if not command.wrapper:
            job = without(job, "-internal-isystem", WRAPPED_HEADERS)
        if job[-1] != command.source:
            fail(f"the compiler's job does not end with its source: {shlex.join(job)}")
        job[-1] = str(unit_source)
        modules += ["-iquote", str(source.path.parent)]
    return job[:2] + modules + job[2:]


def without_bmi(job):
    return [a for a in job if not a.startswith("-fmodule-output=") and a != "-fmodules-reduced-bmi"]


def interface_alone(job, command, bmi):
    """The job that writes nothing but a BMI: a full one holds all that the unit and its headers declare."""
    kind = "-emit-module-interface" if command.full_bmi else "-emit-reduced-module-interface"
    job = without_bmi(job)
    job[job.index("-o") + 1] = bmi
    return [kind if argument in ("-emit-obj", "-S") else argument for argument in job]


def lacks_internal_variables(output):
    """Whether an object needs from elsewhere what it has to have itself: Kokkos' variables of internal linkage."""
    answer = subprocess.run(["nm", "--undefined-only", output], capture_output=True, text=True)
    if answer.returncode != 0:
        fail(f"nm {output}: {answer.stderr}")
    return INTERNAL.search(answer.stdout) is not None


def compile_module_unit(command, source, output, scratch):
    copy = Path(output + ".cuda" + source.path.suffix)
    write_if_changed(copy, source.with_headers(command.wrapper))
    run_jobs(command, source, copy, output, scratch)
    if not command.bmi_only and imports_kokkos(command) and lacks_internal_variables(output):
        write_if_changed(copy, source.with_headers([*command.wrapper, PRELUDE]))
        run_jobs(command, source, copy, output, scratch)


def run_jobs(command, source, unit_source, output, scratch):
    bitcode = empty_initializers(command.compiler, command.imports, scratch) if command.imports else None
    for job in jobs_of(command, source, output, scratch):
        if "-cc1" in job:
            is_device = job[job.index("-triple") + 1].startswith("nvptx")
            job = adapt(job, is_device, command, source, unit_source, bitcode)
            if command.bmi is not None and (command.full_bmi or command.bmi_only):
                run(interface_alone(job, command, device_bmi(command.bmi) if is_device else command.bmi))
                job = without_bmi(job)
        if command.bmi_only:
            continue
        if Path(job[0]).name == "ptxas":
            run_ptxas(job, output)
        else:
            run(job)


def main():
    arguments = sys.argv[1:]
    if not arguments:
        fail("no command is given")
    command = Command(arguments)
    if command.language != "cuda" or command.source is None or command.output is None:
        os.execvp(arguments[0], arguments)
    output = command.output
    scratch = Path(tempfile.mkdtemp(prefix=Path(output).name + ".", dir=Path(output).parent))
    try:
        source = Source(command.source)
        if source.is_module_unit:
            compile_module_unit(command, source, output, scratch)
        else:
            run_jobs(command, source, source.path, output, scratch)
        if command.bmi is not None:
            mark_kokkos(command)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
