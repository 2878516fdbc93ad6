"""Bar 30: an audit report of 10,000 tokens on paper, in a process of its own, with the memory it takes; and as CSV."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import Result
from tests.benchmarks.places import Bench

_CODE = """
import json, sys, time
from console.__main__ import main
start = time.monotonic()
code = main(sys.argv[1:])
most = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([code, time.monotonic() - start, int(most) / 1024]), file=sys.stderr)
"""
"""The most memory is asked of the process's own map: what getrusage says begins with what its parent held."""


def reports(bench: Bench) -> list[Result]:
    """Make a report of every account, once in each form; a small run takes a smaller store."""
    address = bench.reported.address
    where = str(address.path) if address.path is not None else address.conninfo
    results = []
    with TemporaryDirectory(prefix="tokendesk-report-") as folder:
        for form, most_s, most_mb in (("pdf", 10.0, 1_500.0), ("csv", 5.0, 120.0)):
            path = Path(folder) / f"all.{form}"
            command = [sys.executable, "-c", _CODE, "report", "--all", "--json", "--store", where, "-o", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            code, seconds, megabytes = json.loads(done.stderr.splitlines()[-1])
            assert code == 0, done.stderr
            rows = json.loads(done.stdout)["tokens"]
            what = f"{form.upper()} report of {rows:,} tokens"
            results.append(Result("30", what, most_s, seconds, "s"))
            results.append(Result("30", f"memory of the {what}", most_mb, megabytes, "MB", slack=1.5))
    return results
