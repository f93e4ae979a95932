"""What the referee prints, read back."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PROGRAM = Path(__file__).parent / "program"

Object = tuple[str | int, ...]
"""Kind and full name, or kind, file and offset of what the package at hand declares itself."""


class Package(msgspec.Struct, frozen=True, array_like=True, tag_field="record", tag="package"):
    """The records that follow are of this package."""

    path: str


class Name(msgspec.Struct, frozen=True, array_like=True, tag_field="record", tag="name"):
    """An identifier that stands for something."""

    file: str
    pos: int
    name: str
    object: Object
    type: str


class Selector(msgspec.Struct, frozen=True, array_like=True, tag_field="record", tag="selector"):
    """A selector; ``pos`` is where the name after the dot begins."""

    file: str
    pos: int
    kind: str
    object: Object
    path: tuple[str, ...]
    indirect: bool
    type: str


class Call(msgspec.Struct, frozen=True, array_like=True, tag_field="record", tag="call"):
    """A call or conversion. ``callee`` is a full name, a built-in's name or the type that is converted to."""

    file: str
    pos: int
    end: int
    kind: str
    callee: str
    type: str


class Size(msgspec.Struct, frozen=True, array_like=True, tag_field="record", tag="size"):
    """The layout of a declared struct type, in bytes."""

    package: str
    name: str
    size: int
    align: int
    offsets: tuple[int, ...]


_DECODER = msgspec.json.Decoder(Package | Name | Selector | Call | Size)
Record = Name | Selector | Call


class Verdict(msgspec.Struct, frozen=True):
    """All that the referee says of one package."""

    package: Package
    records: tuple[Record, ...]


class Referee:
    """Runs the Go program; its answers are kept in ``cache`` by program, toolchain and question."""

    def __init__(self, cache: Path, env: Mapping[str, str]) -> None:
        """Build the program with the ``go`` that ``env`` names.

        Raises:
            OSError: there is no ``go``.
            subprocess.CalledProcessError: the program doesn't build; what ``go`` said went to stderr.
        """
        self._env = {**env, "CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": "amd64"}
        sources = b"".join(path.read_bytes() for path in sorted(PROGRAM.iterdir()))
        version = subprocess.run(["go", "version"], env=self._env, check=True, capture_output=True).stdout
        self._cache = cache / hashlib.blake2b(sources + version, digest_size=8).hexdigest()
        self._cache.mkdir(parents=True, exist_ok=True)
        self._program = self._cache / "referee"
        if not self._program.exists():
            subprocess.run(["go", "build", "-o", self._program, "."], cwd=PROGRAM, env=self._env, check=True)

    def verdicts(self, packages: Mapping[str, Path]) -> Iterator[Verdict]:
        """What go/types says of packages, by import path and directory, without their tests."""
        grouped: dict[Package, list[Record]] = defaultdict(list)
        package = None
        for record in self._ask("uses", packages, "amd64"):
            if isinstance(record, Package):
                package = record
            elif package is not None and not isinstance(record, Size):
                grouped[package].append(record)
        for found, records in grouped.items():
            yield Verdict(found, tuple(records))

    def sizes(self, packages: Mapping[str, Path], goarch: str) -> list[Size]:
        """Layouts of the struct types that packages, by import path and directory, declare at top level."""
        return [record for record in self._ask("sizes", packages, goarch) if isinstance(record, Size)]

    def _ask(self, command: str, packages: Mapping[str, Path], goarch: str) -> list[Package | Record | Size]:
        arguments = [f"{path}={directory}" for path, directory in packages.items()]
        question = "\0".join((command, goarch, *arguments, *_state(packages.values())))
        kept = self._cache / hashlib.blake2b(question.encode(), digest_size=8).hexdigest()
        if not kept.exists():
            env = self._env | {"GOARCH": goarch}
            asked = [str(self._program), command, *arguments]
            answer = subprocess.run(asked, env=env, check=True, stdout=subprocess.PIPE).stdout
            made = kept.with_suffix(f".{os.getpid()}")
            made.write_bytes(answer)
            made.replace(kept)
        return _DECODER.decode_lines(kept.read_bytes())


def _state(directories: Iterable[Path]) -> Iterator[str]:
    """What changes with the files in ``directories``."""
    for directory in directories:
        for file in sorted(directory.glob("*.go")):
            stat = file.stat()
            yield f"{file.name} {stat.st_size} {stat.st_mtime_ns}"
