"""What tests of every layer share: the Go toolchain, and the mark of tests that need one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time, and no clock: a run tells of the change at hand, and a busy machine changes nothing.
# To look for new trouble: pytest --hypothesis-profile explore
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

# Who is started in the background may be told to ignore Ctrl-C, and so would all be that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

_BESIDE_PYTHON = str(Path(sys.executable).parent)
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), _BESIDE_PYTHON))
_OFFLINE = {"PATH": _PATH, "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOWORK": "off", "GOFLAGS": ""}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("go", path=_PATH) is None:
        skip = pytest.mark.skip(reason="there is no Go toolchain on PATH")
        for item in items:
            if item.get_closest_marker("go"):
                item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test uses what another run has kept, or keeps anything for its user."""
    os.environ["PUBCHECK_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def go_env() -> dict[str, str]:
    """An environment in which `go` is found and never reaches for the network."""
    return os.environ | _OFFLINE


@pytest.fixture(scope="session")
def goroot(go_env: dict[str, str]) -> Path:
    """GOROOT of the toolchain at hand."""
    found = subprocess.run(["go", "env", "GOROOT"], env=go_env, check=True, capture_output=True, text=True)
    return Path(found.stdout.strip())


@pytest.fixture(scope="session")
def go_cache(pytestconfig: pytest.Config) -> Path:
    """Where what Go programs said is kept between runs."""
    return pytestconfig.rootpath / ".pytest_cache" / "go"
