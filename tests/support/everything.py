"""All that all rules find in packages of one module, however unsure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rulecases import LANGUAGE, MODULE

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pubcheck.diagnostic import Diagnostic


def everything(root: Path, packages: Mapping[str, Mapping[str, str]]) -> tuple[Diagnostic, ...]:
    """Write ``packages``, files by name by the package's folder, below ``root``, and check them."""
    (root / "go.mod").write_text(f"module {MODULE}\n\ngo {LANGUAGE}\n")
    for package, files in packages.items():
        for name, text in files.items():
            path = root / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    config = Config(select=("all",), min_confidence=Confidence.LOW, goarch="amd64", goos="linux")
    return check(["./..."], config, cwd=root).diagnostics
