"""What was found before a project took pubcheck on: kept in a file, and not reported any more.

The file is TOML with one line for what is alike: rule, package, symbol and location, and how often. It has no line
numbers, so it stays true while code moves, and changes only where findings come and go.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.engine.config import ConfigError
from pubcheck.engine.words import suggestion
from pubcheck.model.project.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.engine.config import Config
    from pubcheck.engine.scope import Scope

VERSION = 1
NAME = "pubcheck-baseline.toml"
"""What the file is called where nobody gives it another name."""
_HEAD = """\
# What pubcheck found here before it was taken on, and doesn't report. There are no line numbers: code may move.
# pubcheck baseline prune takes out what is found no more, pubcheck baseline update adds what is new as well.
version = {version}

findings = [
"""
_TAIL = "]\n"


class Alike(NamedTuple):
    """What findings that can't be told apart have in common: ``Diagnostic.identity``."""

    rule: str
    package: str
    symbol: str
    location: str

    def __str__(self) -> str:
        where = f"`{self.symbol}` of {self.package}" if self.symbol else self.package
        return f"{self.rule} in {where}" + (f" about `{self.location}`" if self.location else "")


Counts = Counter[Alike]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of the file. The order of the fields is the order of lines, too."""

    package: str
    rule: str
    symbol: str = ""
    location: str = ""
    count: int = 1

    @property
    def alike(self) -> Alike:
        return Alike(self.rule, self.package, self.symbol, self.location)


class Baseline(msgspec.Struct, frozen=True):
    """A baseline as it was read: how many findings of each kind are known, and the line that says so."""

    path: Path
    counts: Counts
    lines: dict[Alike, int]

    def stale(self, found: Mapping[Alike, int], scope: Scope) -> Iterator[Problem]:
        """What is in the file and was looked for, and isn't found any more."""
        for alike, known in self.counts.items():
            left = found.get(alike, 0)
            if left < known and scope.covers(alike.rule, alike.package):
                often = f"{left} of {known} times" if left else "no more"
                message = f"{alike} is found {often}: `pubcheck baseline prune` takes it out"
                yield Problem(str(self.path), self.lines.get(alike, 0), message)


def read_baseline(path: Path, *, shown: str) -> Baseline:
    """Read the baseline at ``path``, which errors call ``shown``.

    What a merge has left there twice counts once.

    Raises:
        ConfigError: it can't be read, or isn't a baseline.
    """
    import tomllib  # noqa: PLC0415 most runs have none

    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(f"{shown}: there is no such baseline; `pubcheck baseline write` makes one") from None
    except OSError as error:
        raise ConfigError(f"{shown}: can't be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{shown}: isn't a baseline: {error}; `pubcheck baseline write` makes it anew") from None
    counts: Counts = Counter()
    for entry in _entries(data, shown):
        counts[entry.alike] = max(counts[entry.alike], entry.count)
    numbers = {line: number for number, line in enumerate(text.splitlines(), 1)}
    lines = {alike: numbers.get(_line(alike, count), 0) for alike, count in counts.items()}
    return Baseline(path, counts, lines)


def baseline_of(config: Config, cwd: Path) -> Baseline | None:
    """The baseline that ``config`` names, seen from ``cwd``.

    Raises:
        ConfigError: as for ``read_baseline``.
    """
    if not config.baseline:
        return None
    path = (config.folder or cwd) / config.baseline
    return read_baseline(path, shown=path.relative_to(cwd).as_posix() if path.is_relative_to(cwd) else str(path))


def _entries(data: dict[str, object], shown: str) -> list[_Entry]:
    version = data.get("version")
    if isinstance(version, int) and version > VERSION:
        raise ConfigError(f"{shown}: a newer pubcheck wrote this baseline (version {version}, here {VERSION})")
    if version != VERSION:
        raise ConfigError(f"{shown}: isn't a baseline: it has no `version = {VERSION}`")
    known = ("version", "findings")
    for key in data:
        if key not in known:
            raise ConfigError(f'{shown}: isn\'t a baseline: unknown key "{key}"{suggestion(key, known)}')
    try:
        entries = msgspec.convert(data.get("findings", []), list[_Entry])
    except msgspec.ValidationError as error:
        raise ConfigError(f"{shown}: isn't a baseline: {error}".replace("`$[", "`findings[")) from None
    if any(entry.count < 1 for entry in entries):
        raise ConfigError(f"{shown}: isn't a baseline: a count is 1 or more")
    return entries


def rendered(counts: Counts) -> bytes:
    """The file that has ``counts``, sorted by package, rule, symbol and location."""
    lines = sorted(((alike.package, alike.rule, alike), count) for alike, count in counts.items() if count > 0)
    body = "".join(f"{_line(alike, count)}\n" for (_, _, alike), count in lines)
    return f"{_HEAD.format(version=VERSION)}{body}{_TAIL}".encode()


def _line(alike: Alike, count: int) -> str:
    entry = _Entry(alike.package, alike.rule, alike.symbol, alike.location, count)
    items = msgspec.to_builtins(entry).items()
    return f"  {{ {', '.join(f'{key} = {_value(value)}' for key, value in items)} }},"


def _value(value: object) -> str:
    """A string or a number as TOML; JSON escapes a string in the same way, but for one character."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def updated(known: Counts, found: Counts, scope: Scope) -> Counts:
    """What is found now, and what is known of the rest of the project."""
    return pruned(known, found, scope) | found


def pruned(known: Counts, found: Counts, scope: Scope) -> Counts:
    """What is known without that which is found no more."""
    return Counter(
        {
            alike: min(count, found[alike]) if scope.covers(alike.rule, alike.package) else count
            for alike, count in known.items()
        }
    )
