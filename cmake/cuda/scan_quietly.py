#!/usr/bin/env python3
"""Runs clang-scan-deps, and keeps to itself what it says for every single file about a CUDA newer than the compiler.

  scan_quietly.py clang-scan-deps <arguments>

The compiler proper has -Wno-unknown-cuda-version for this; the scanner does not heed it.
"""

import re
import subprocess
import sys

KNOWN = re.compile(r"^(warning: CUDA version is newer than|Diagnostics while scanning dependencies for )")

scan = subprocess.run(sys.argv[1:], stderr=subprocess.PIPE, text=True)
lines = scan.stderr.splitlines(keepends=True)
if scan.returncode == 0:
    lines = [line for line in lines if not KNOWN.match(line)]
sys.stderr.writelines(lines)
sys.exit(scan.returncode)
