"""Several processes at work: the same bytes, and none of them left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Shell

PATIENCE = 30
"""Seconds; what takes longer will never come."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc to see processes in")


@pytest.fixture
def large(shell: Shell, pytestconfig: pytest.Config) -> Shell:
    """A module with work for several processes."""
    return filled(shell, pytestconfig, 60)


@pytest.fixture
def endless(shell: Shell, pytestconfig: pytest.Config) -> Shell:
    """A module that keeps two processes of any machine busy for longer than a test looks at them."""
    return filled(shell, pytestconfig, 1500)


def filled(shell: Shell, pytestconfig: pytest.Config, packages: int) -> Shell:
    sources = sorted((pytestconfig.rootpath / "testdata/showcase").glob("*.go"))
    for number in range(packages):
        for path in sources:
            shell.write(f"p{number}/{path.name}", path.read_bytes())
    return shell


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pubcheck", "check", *arguments]


def output(shell: Shell, *arguments: str) -> tuple[int, bytes, bytes]:
    done = subprocess.run(command(*arguments), cwd=shell.root, capture_output=True, check=False)
    return done.returncode, done.stdout, re.sub(rb" \(\d+\.\d s\)", b"", done.stderr)


def test_as_many_as_pay_and_as_many_as_one_wants(large: Shell) -> None:
    alone = output(large, "--jobs", "1", "--output-format", "sarif", "-v")
    assert alone[0] == 1
    assert output(large, "--jobs", "3", "--output-format", "sarif", "-v") == alone
    assert output(large, "--output-format", "sarif", "-v") == alone


def children(process: int) -> list[int]:
    """Those that are alive."""
    try:
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def at_work(shell: Shell, jobs: int) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """A run in a process group of its own, as a shell starts it, with its workers busy."""
    process = subprocess.Popen(
        command("--jobs", str(jobs)),
        cwd=shell.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + PATIENCE
        while len(workers := children(process.pid)) < jobs:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        time.sleep(0.3)
        assert process.poll() is None
        yield process, workers
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def gone(workers: list[int]) -> bool:
    end = time.monotonic() + PATIENCE
    while any(map(alive, workers)) and time.monotonic() < end:
        time.sleep(0.01)
    return not any(map(alive, workers))


def test_ctrl_c_ends_everything_at_once(endless: Shell) -> None:
    with at_work(endless, 2) as (process, workers):
        os.killpg(process.pid, signal.SIGINT)
        started = time.monotonic()
        out, err = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - started < 5
        assert not any(map(alive, workers))
    assert (process.returncode, out, err) == (130, b"", b"pubcheck: interrupted\n")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_dont_outlive_who_started_them(endless: Shell, how: signal.Signals) -> None:
    with at_work(endless, 2) as (process, workers):
        process.send_signal(how)
        process.wait(PATIENCE)
        assert gone(workers)
