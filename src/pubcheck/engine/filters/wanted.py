"""Findings in files that were asked for and that no ``exclude`` pattern names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcheck.engine.candidate import Candidate, Setting


def keep(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Drop what lies in other packages' files or in an excluded one."""
    excluded = excluded_files(setting)
    files = setting.files
    return [
        candidate
        for candidate in candidates
        if candidate.diagnostic.span.path in files and candidate.diagnostic.span.path not in excluded
    ]


def excluded_files(setting: Setting) -> frozenset[str]:
    """Those of the analysed files that the configuration excludes."""
    if not setting.config.exclude:
        return frozenset()
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 it takes long to import

    spec = GitIgnoreSpec.from_lines(setting.config.exclude)
    return frozenset(path for path in setting.files if spec.match_file(_below(Path(path), setting.config_dir)))


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix().lstrip("/")
