"""A cluster of this machine, and what it finds when one of its workers is gone half way."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from pubcheck.engine import BUILTIN_RULES, ClusterError, Config, Hands, available_rules, check, cluster
from pubcheck.report import View, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pubcheck.engine.run import Progress
    from tests.engine.conftest import Bench

pytestmark = pytest.mark.filterwarnings("default")  # what Dask and its event loop do is theirs


@pytest.fixture
def module(bench: Bench, pytestconfig: pytest.Config) -> Path:
    for path in sorted((pytestconfig.rootpath / "testdata/showcase").glob("*.go")):
        for number in range(12):
            bench.write(f"p{number}/{path.name}", path.read_text("utf-8"))
    bench.write("top/top.go", 'package top\n\nimport "example.com/m/p0"\n\nvar _ = main.New\n')
    return bench.root


def text(root: Path, hands: Hands, progress: Progress | None = None) -> str:
    rules = available_rules(None)
    report = check(["./..."], Config(), cwd=root, rules=rules, hands=hands, progress=progress)
    out = StringIO()
    write("json", report, View(cwd=root, rules=BUILTIN_RULES), out)
    return out.getvalue()


def test_any_executor_will_do(module: Path) -> None:
    with ThreadPoolExecutor(3) as executor:
        assert text(module, Hands(executor=executor)) == text(module, Hands())


@pytest.fixture(scope="module")
def scheduler() -> Iterator[tuple[str, list[int]]]:
    """The address of a scheduler with two workers, and their processes."""
    distributed = pytest.importorskip("distributed", reason="the extra `distributed` isn't installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True, silence_logs=50
    ) as local:
        yield local.scheduler_address, [worker.process.pid for worker in local.workers.values()]


def test_a_cluster_finds_the_same(module: Path, scheduler: tuple[str, list[int]]) -> None:
    alone = text(module, Hands())
    assert alone.count('"rule"') > 60
    with cluster(scheduler[0]) as hands:
        assert text(module, hands) == alone


def test_a_lost_workers_tasks_are_done_again(module: Path, scheduler: tuple[str, list[int]]) -> None:
    alone = text(module, Hands())
    killed: list[int] = []

    def tell(done: int, _all: int, _package: str) -> None:
        if done >= 4 and not killed:
            killed.append(scheduler[1][0])
            os.kill(killed[0], signal.SIGKILL)

    with cluster(scheduler[0]) as hands:
        assert text(module, hands, tell) == alone
    assert killed


class Losing(ThreadPoolExecutor):
    """Loses what it is given of one package, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__(1)
        self.times = times

    def submit(self, *arguments: Any, **keywords: Any) -> Any:
        if self.times and arguments[-1].package.endswith("/p3"):
            self.times -= 1
            return super().submit(self._lose)
        return super().submit(*arguments, **keywords)

    def _lose(self) -> None:
        raise ConnectionError("the worker is gone")


def test_what_gets_lost_is_sent_again(module: Path) -> None:
    with Losing(times=2) as executor:
        assert text(module, Hands(executor=executor)) == text(module, Hands())
    assert executor.times == 0


def test_what_always_gets_lost_is_given_up(module: Path) -> None:
    with Losing(times=100) as executor:
        document = text(module, Hands(executor=executor))
    assert "the work failed on package example.com/m/p3: ConnectionError: the worker is gone" in document
    assert executor.times > 90
    assert document.count('"internal-error"') == 1


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pubcheck.engine.dask._PATIENCE", 2)
    pytest.importorskip("distributed", reason="the extra `distributed` isn't installed")
    with (
        pytest.raises(ClusterError, match=r"--scheduler: tcp://127\.0\.0\.1:9 doesn't answer"),
        cluster("tcp://127.0.0.1:9"),
    ):
        pass


def test_it_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"pip install 'pubcheck\[distributed\]'"), cluster("tcp://127.0.0.1:9"):
        pass


def test_other_files_are_told(module: Path) -> None:
    """The worker loads the project when its first task comes, and finds a file changed by then."""

    class Late(ThreadPoolExecutor):
        def submit(self, *arguments: Any, **keywords: Any) -> Any:
            (module / "p3/meter.go").write_text("package main\n")
            return super().submit(*arguments, **keywords)

    with Late(1) as executor:
        document = text(module, Hands(executor=executor))
    assert document.count('"internal-error"') == 1
    assert "the work failed on package example.com/m/p3" in document
    assert "the worker sees other files: it needs the same ones under the same paths" in document
