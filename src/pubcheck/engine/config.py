"""What a run is told: which rules, which files, which target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from pubcheck.diagnostic import Confidence, Severity


class ConfigError(Exception):
    """Wrong configuration; the text says where and what to write instead."""


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The settings of one run. The attributes are the keys of ``pubcheck.toml``, with hyphens there.

    Attributes:
        select: names of rules, categories, ``default`` or ``all``.
        ignore: the same words; what they name doesn't run.
        min_confidence: findings that are less sure aren't shown. None is ``medium``, except for a rule that is selected
            by its own name: that one shows all it has.
        exclude: gitignore patterns, relative to the configuration's folder, of files whose findings aren't wanted.
        tests: whether ``_test.go`` files are looked at.
        generated: whether findings in generated files are shown.
        goos: the operating system that build constraints are decided for; empty for ``GOOS``, else linux.
        goarch: the architecture that build constraints are decided for; empty for ``GOARCH``, else amd64.
        tags: build tags that are set.
        goroot: where the standard library's source lies; empty for what can be found.
        targets: architectures whose struct layout ``misaligned-atomic`` computes.
        baseline: the file with the findings that are known, relative to the configuration's folder; empty for none.
        blocking: full names of functions that block, ``*`` stands for any text.
        severity: rule to severity, where it isn't to be what the rule says.
        rules: options of rules, by rule.
        folder: where the file lies that this comes from; no key of it. None for where the run starts.
    """

    select: tuple[str, ...] = ("default",)
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence | None = None
    exclude: tuple[str, ...] = ()
    tests: bool = True
    generated: bool = False
    goos: str = ""
    goarch: str = ""
    tags: tuple[str, ...] = ()
    goroot: str = ""
    targets: tuple[str, ...] | None = None
    baseline: str = ""
    blocking: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    rules: dict[str, dict[str, Any]] = {}
    folder: Path | None = None
