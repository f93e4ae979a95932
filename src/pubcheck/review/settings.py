"""What the configuration of a reviewed repository may ask for: whoever wrote the pull request may have written it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.engine import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pubcheck.engine import Config

_PATTERNS = 200
_LENGTH = 200
_WILDCARDS = 3
"""In one part of a path. To match ``*a*a*a*a*b`` takes time that grows with the power of the stars."""


def check_bounds(config: Config, root: Path, *, named: bool) -> None:
    """Refuse a ``config`` that asks for something outside of the repository at ``root``, or without end.

    Args:
        config: the settings.
        root: an absolute path.
        named: whether the user chose the configuration; otherwise it is the one that lies there.

    Raises:
        ConfigError: it does.
    """
    inside = root.resolve()
    if config.folder is not None and not named and not config.folder.resolve().is_relative_to(inside):
        raise ConfigError("the configuration lies outside of the reviewed repository: name it with --config")
    for key, path in (("goroot", config.goroot), ("baseline", config.baseline)):
        if path and not named and not ((config.folder or root) / path).resolve().is_relative_to(inside):
            raise ConfigError(f"{key}: leads out of the reviewed repository")
    _check_bounded("exclude", config.exclude)
    _check_bounded("blocking", config.blocking)


def _check_bounded(key: str, patterns: Iterable[str]) -> None:
    patterns = [*patterns]
    if len(patterns) > _PATTERNS:
        raise ConfigError(f"{key}: more than {_PATTERNS} patterns in a reviewed repository")
    for pattern in patterns:
        stars = max(len(re.findall(r"\*+", part)) for part in pattern.split("/"))
        if len(pattern) > _LENGTH or stars > _WILDCARDS:
            raise ConfigError(f"{key}: a pattern of more than {_LENGTH} characters, or {_WILDCARDS} stars in one part")
