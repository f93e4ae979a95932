"""Check a copy of a Go checkout in which accidents happened to many files: nothing may fail.

    python scripts/damaged_checkout.py [--seed N] [--share 0.5] [--keep DIR] CHECKOUT...

A copy of the checkout's Go files is checked with all rules, first as it is and then damaged: tokens lost, repeated and
swapped, text cut and pasted, brackets dropped, random bytes, deep nests. The same seed damages the same files in the
same way. The damaged copy must end with 0 or 1, without an ``internal-error`` or a traceback, in no more than ten times
the time and three times the memory of the original. Ends with 1 if any doesn't; ``--keep`` keeps the damaged copies.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from accidents import damage  # noqa: E402 the tests' own door

KEPT = ("go.mod", "go.work", "go.sum", "modules.txt")
"""Files that are copied beside Go's, and not damaged."""

TIMES, MEMORY = 10, 3
"""What a damaged copy may cost, in terms of the original; and at least ``FLOOR`` seconds and bytes for small ones."""
FLOOR = (60, 1 << 30)


class Run(NamedTuple):
    """How a run ended; ``seconds`` are of processor time, so that other work on the machine doesn't count."""

    code: int
    seconds: float
    memory: int
    findings: int
    failures: list[str]


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="+", metavar="CHECKOUT", type=Path)
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="tells one damage from another (1)")
    parser.add_argument("--share", type=float, default=0.5, help="of the files that is damaged (0.5)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the damaged copies there")
    options = parser.parse_args()

    failed = False
    for checkout in options.checkouts:
        with ExitStack() as stack:
            folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            copy = folder.resolve() / checkout.resolve().name
            shutil.rmtree(copy, ignore_errors=True)
            files = _copy(checkout, copy)
            whole = check(copy, None)
            hurt = _damage(copy, files, options.seed, options.share)
            run = check(copy, max(whole.seconds * TIMES, FLOOR[0]))
            problems = _problems(whole, run)
        failed |= bool(problems)
        print(
            f"{copy.name}: seed {options.seed}, {hurt} of {len(files)} files damaged: {run.seconds:.0f} s and "
            f"{run.memory >> 20} MB, {run.findings} findings; whole {whole.seconds:.0f} s and {whole.memory >> 20} MB, "
            f"{whole.findings} findings; {'; '.join(problems) or 'nothing failed'}",
            flush=True,
        )
    return int(failed)


def _copy(checkout: Path, copy: Path) -> list[Path]:
    """Copy what is Go's; the Go files of the copy, in order."""
    found = []
    for folder, folders, names in os.walk(checkout):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            source = Path(folder, name)
            if not source.is_file() or not (name.endswith(".go") or name in KEPT):
                continue
            target = copy / source.relative_to(checkout)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            if name.endswith(".go"):
                found.append(target)
    return found


def _damage(copy: Path, files: list[Path], seed: int, share: float) -> int:
    """Damage about ``share`` of ``files``, each by a chance of its own; how many."""
    hurt = 0
    for path in files:
        chance = random.Random(f"{seed} {path.relative_to(copy)}")  # noqa: S311 no secret hangs on it
        if chance.random() < share:
            path.write_bytes(damage(chance, path.read_bytes()))
            hurt += 1
    return hurt


def check(folder: Path, limit: float | None) -> Run:
    """Check all packages in ``folder`` with all rules; ended when it has had ``limit`` seconds of processor time."""
    command = [
        sys.executable,
        "-m",
        "pubcheck",
        "check",
        "./...",
        "--no-cache",
        "--select",
        "all",
        "--min-confidence",
        "low",
    ]
    command += ["--output-format", "json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=err)
        if limit is not None:
            resource.prlimit(child.pid, resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 1))
        _, status, used = os.wait4(child.pid, 0)
        code = child.returncode = os.waitstatus_to_exitcode(status)
        seconds = used.ru_utime + used.ru_stime
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    failures = [line for line in texts[1].splitlines() if "Traceback" in line or "Error:" in line]
    found = []
    try:
        found = json.loads(texts[0])["diagnostics"]
    except (ValueError, KeyError):
        failures.append(f"no report: {texts[1].strip()[-200:]}")
    failures += [
        f"{each['path']}: {each['message']} {each.get('because', '')}"
        for each in found
        if each["rule"] == "internal-error"
    ]
    return Run(code, seconds, used.ru_maxrss * 1024, len(found), failures)


def _problems(whole: Run, run: Run) -> list[str]:
    problems = [f"the whole: {failure}" for failure in whole.failures] + run.failures
    if run.code not in (0, 1):
        problems.append(f"exit code {run.code}")
    if run.seconds > max(whole.seconds * TIMES, FLOOR[0]):
        problems.append("too long")
    if run.memory > max(whole.memory * MEMORY, FLOOR[1]):
        problems.append("too much memory")
    return problems


if __name__ == "__main__":
    sys.exit(main())
