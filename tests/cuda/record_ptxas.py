#!/usr/bin/env python3
"""Runs nvcc's command for one object, and keeps ptxas' report and the PTX beside it (x.o.ptxas, x.o.ptx): a compiler launcher.

  record_ptxas.py nvcc_wrapper <arguments>
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

output = sys.argv[sys.argv.index("-o") + 1]
with tempfile.TemporaryDirectory() as folder:
    command = [*sys.argv[1:], "-Xptxas=-v", "--keep", f"--keep-dir={folder}"]
    answer = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    kept = list(pathlib.Path(folder).glob("*.ptx"))
    if answer.returncode == 0 and len(kept) == 1:
        pathlib.Path(output + ".ptxas").write_text(answer.stderr)
        shutil.copyfile(kept[0], output + ".ptx")
    else:
        sys.stderr.write(answer.stderr)
        sys.exit(answer.returncode or f"record_ptxas.py: nvcc kept {len(kept)} PTX files, not one")
