"""What a run costs that finds the last one's results.

Nothing has changed, or a body in a leaf, a body in a package that many stand on, or what that package declares: a
function, a method of a type, and a field of one.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.model.project import Project, Target

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.child import Children, Usage
    from pubcheck.model.project import PackageSource

_BODY = re.compile(rb"^func [^\n{}]*\{\n", re.MULTILINE)
_METHOD = re.compile(rb"^func \(([a-z]\w* \*?([A-Z]\w*))\) ", re.MULTILINE)
_SKIPPED = (".git", "node_modules")


class Warm(NamedTuple):
    """Runs after a first one: with nothing changed, and after each change; ``walk`` only reads and hashes the files."""

    walk: Usage
    unchanged: Usage
    leaf: Usage
    common: Usage
    declared: Usage
    method: Usage
    field: Usage
    wide: str
    leaf_package: str
    common_package: str
    importers: int


def measure(children: Children, checkout: Path, folder: Path) -> Warm:
    """Copy ``checkout`` into ``folder``, which is empty, and run on the copy, whose cache is in ``folder``, too."""
    copy = folder / "copy"
    shutil.copytree(checkout, copy, symlinks=True, ignore=shutil.ignore_patterns(*_SKIPPED))
    command = ("pubcheck", f"{copy}/...", "-q", "--cache-dir", str(folder / "cache"))
    children.run(*command)
    unchanged = min((children.run(*command) for _ in range(3)), key=_elapsed)
    walk = min((children.run("benchmarks.walk_alone", str(copy)) for _ in range(3)), key=_elapsed)
    graph = Project.load(["./..."], copy, Target()).graph()
    importers = {one: sum(one in below for below in graph.below.values()) for one in graph.order}
    leaf = max((one for one in graph.order if not importers[one] and _sources(one)), key=_size)
    common = max((one for one in graph.order if _sources(one)), key=lambda one: (importers[one], _size(one)))
    after = {}
    for package in (leaf, common):
        _change(package)
        after[package] = children.run(*command)
    _declare(common)
    declared = children.run(*command)
    home, wide, path = max(
        (found for one in graph.order if (found := _struct(one))),
        key=lambda found: (importers[found[0]], _size(found[0])),
    )
    path.write_bytes(
        path.read_bytes() + b"\n// NewlyAdded is new.\nfunc (it *%b) NewlyAdded() int {\n\treturn 1\n}\n" % wide
    )
    method = children.run(*command)
    path.write_bytes(_fields(wide).sub(rb"\g<0>\tnewlyCounted int\n", path.read_bytes(), count=1))
    field = children.run(*command)
    return Warm(
        walk,
        unchanged,
        leaf=after[leaf],
        common=after[common],
        declared=declared,
        method=method,
        field=field,
        wide=f"{home.import_path}.{wide.decode()}",
        leaf_package=leaf.import_path,
        common_package=common.import_path,
        importers=importers[common],
    )


def _sources(package: PackageSource) -> list[Path]:
    return [file.path for file in package.files if not file.test and not file.generated and _holds_body(file.path)]


def _holds_body(path: Path) -> bool:
    return _BODY.search(path.read_bytes()) is not None


def _size(package: PackageSource) -> tuple[int, str]:
    return sum(file.stat().st_size for file in _sources(package)), package.import_path


def _change(package: PackageSource) -> None:
    """Add a statement to the first function that people wrote."""
    path = _sources(package)[0]
    path.write_bytes(_BODY.sub(rb"\g<0>\t_ = 1\n", path.read_bytes(), count=1))


def _declare(package: PackageSource) -> None:
    """Add a function that nobody calls yet."""
    path = _sources(package)[0]
    path.write_bytes(path.read_bytes() + b"\n// NewlyMade is new.\nfunc NewlyMade(n int) int {\n\treturn n + 1\n}\n")


def _struct(package: PackageSource) -> tuple[PackageSource, bytes, Path] | None:
    """The package's exported struct type with most methods, and the file that it is in; None where it has none."""
    texts = {path: path.read_bytes() for path in _sources(package)}
    types = Counter(name for text in texts.values() for _, name in _METHOD.findall(text))
    for name, _ in sorted(types.items(), key=lambda each: (-each[1], each[0])):
        path = next((path for path, text in texts.items() if _fields(name).search(text)), None)
        if path is not None:
            return package, name, path
    return None


def _fields(struct: bytes) -> re.Pattern[bytes]:
    """Finds where the fields of a struct type begin."""
    return re.compile(rb"^type %b struct \{\n" % struct, re.MULTILINE)


def _elapsed(used: Usage) -> float:
    return used.elapsed
