"""The public door."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from pubcheck.engine.config import Config, ConfigError
from pubcheck.engine.hands import ALONE
from pubcheck.engine.run import Run
from pubcheck.rules.registry import load
from pubcheck.source import Overlay
from pubcheck.spec import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pubcheck.changes import Changes
    from pubcheck.engine.hands import Hands
    from pubcheck.engine.report import Report
    from pubcheck.engine.run import Progress
    from pubcheck.engine.sharding import Shard
    from pubcheck.rules.registry import Rule

ENVIRONMENT = frozenset(
    ("CGO_ENABLED", "GOARCH", "GOMODCACHE", "GOOS", "GOPATH", "GOROOT", "GOWORK", "HOME", "USERPROFILE")
)
"""The variables that decide what packages there are and what is in them; they hold for all who work on them."""
PROJECT_RULES = ".pubcheck/rules"
"""Where a project keeps rules of its own, below the folder of its configuration."""


def check(  # noqa: PLR0913 the door for everyone
    patterns: Sequence[str],
    config: Config | None = None,
    *,
    cwd: Path,
    overlay: Overlay | None = None,
    progress: Progress | None = None,
    rules: Mapping[str, Rule] | None = None,
    shard: Shard | None = None,
    changes: Changes | None = None,
    cache: Path | None = None,
    hands: Hands = ALONE,
) -> Report:
    """Check the packages that ``patterns`` name, seen from the folder ``cwd``.

    Args:
        patterns: package patterns as the go command knows them (``./...``), folders or files.
        config: the settings; None for the defaults.
        cwd: an absolute path.
        overlay: unsaved buffers to read instead of what the disk has.
        progress: told of each package before it is analysed.
        rules: what there is to select from; None for ``available_rules`` where the configuration lies.
        shard: the part of these packages to check; None for all.
        changes: what is new: only findings that touch it are reported, though everything is analysed.
        cache: the folder with what earlier runs found; None to find all anew, and keep nothing.
        hands: who works on packages: this process alone, or with others.

    Raises:
        ConfigError: the settings name a rule or an option that there isn't, a rule of the project is wrong, or the
            baseline can't be read.
        PatternError: a pattern names nothing that exists.
    """
    from pubcheck.engine.frontend import load_project  # noqa: PLC0415 listing rules needs none of the layers below

    config = config or Config()
    overlay = overlay or Overlay()
    known = available_rules(config.folder or cwd, cache) if rules is None else rules
    run = Run(config, known, cwd, shard=shard, changes=changes)
    environ = {name: value for name, value in os.environ.items() if name in ENVIRONMENT}
    load = partial(load_project, tuple(patterns) or None, config, cwd, overlay, shard, environ)
    return run.check(load, overlay, progress, cache, hands)


def available_rules(folder: Path | None, cache: Path | None = None) -> dict[str, Rule]:
    """All rules there are for a project whose configuration lies in ``folder``, by name; None for no project.

    ``cache`` is the folder with what earlier runs read; None to read all anew, and keep nothing.

    Raises:
        ConfigError: a document can't be understood.
    """
    directories = (folder / PROJECT_RULES,) if folder else ()
    try:
        if cache is None:
            return load(directories)
        from pubcheck.engine.cache import kept_rules  # noqa: PLC0415 not everyone has one

        return load(directories, partial(kept_rules, cache))
    except SpecError as error:
        raise ConfigError(str(error)) from None
