"""From a directory to its packages: read the headers, keep what the target admits, group by package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.diagnostic import Severity
from pubcheck.model.project.constraints import UNCONSTRAINED, Constraint, read_constraint
from pubcheck.model.project.grouping import Group, group_files
from pubcheck.model.project.header import read_header
from pubcheck.model.project.modules import WITHOUT_GO_LINE, Module
from pubcheck.model.project.sources import GoFile, PackageSource
from pubcheck.model.project.text import shown
from pubcheck.model.project.workspace import Workspace
from pubcheck.source import SourceFile, digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.model.project.disk import Disk
    from pubcheck.model.project.target import Target

_FILE_VERSIONS_SINCE = (1, 21)
"""No ``//go:build`` line sets the language version of its file below this one."""


class Place(msgspec.Struct, frozen=True):
    """A directory as part of a module, and what its package is called from there."""

    directory: Path
    import_path: str
    module: Module
    workspace: Workspace


class PackageReader:
    """Reads the packages of directories for one target."""

    def __init__(self, disk: Disk, target: Target) -> None:
        """Read through ``disk``, which takes the problems as well."""
        self._disk = disk
        self._target = target

    def packages(self, place: Place, *, tests: bool) -> tuple[PackageSource, ...]:
        """The packages in a directory, the one that its import path means first; none where no file is admitted."""
        before = len(self._disk.problems)
        files: list[GoFile] = []
        for name in self._disk.entries(place.directory).files:
            if not self._target.admits_name(name) or (name.endswith("_test.go") and not tests):
                continue
            file, constraint = self._read(place, name)
            if file and self._admits(file, constraint):
                files.append(file)
        return self._grouped(place, files, before)

    def named(self, place: Place, names: Iterable[str]) -> tuple[PackageSource, ...]:
        """The packages that files named one by one make up, whatever the target admits."""
        before = len(self._disk.problems)
        read = (self._read(place, name)[0] for name in sorted(names))
        return self._grouped(place, [file for file in read if file], before)

    def _read(self, place: Place, name: str) -> tuple[GoFile | None, Constraint]:
        path = os.path.join(place.directory, name)  # noqa: PTH118 a Path for each file takes longer than to read it
        data = self._disk.read(path)
        if data is None:
            return None, UNCONSTRAINED
        header = read_header(data)
        constraint = read_constraint(header.build_lines) if header.build_lines else UNCONSTRAINED
        go_version = place.module.go_version
        if place.module.bare and any("." in path.partition("/")[0] for path in header.imports):
            # Without a go.mod only code from before modules can be built with packages from elsewhere.
            go_version = WITHOUT_GO_LINE
        if constraint.version is not None:
            go_version = max((1, constraint.version), _FILE_VERSIONS_SINCE)
        source = SourceFile(shown(path), data)
        return GoFile(path, header, go_version, self._disk.overlay, digest(data), source), constraint

    def _admits(self, file: GoFile, constraint: Constraint) -> bool:
        if constraint.error:
            self._disk.complain(file.where, f"left out: {constraint.error}", severity=Severity.ERROR)
            return False
        header = file.header
        if header.package == "documentation" or ("C" in header.imports and not self._target.cgo):
            return False
        return self._target.admits(constraint)

    def _grouped(self, place: Place, files: list[GoFile], problems_before: int) -> tuple[PackageSource, ...]:
        for file in files:
            if not file.header.package:
                self._disk.complain(file.where, "there is no package clause", 1, Severity.ERROR)
        groups = group_files(files, place.directory.name)
        self._complain_of_several(place.directory, groups)
        problems = tuple(self._disk.problems[problems_before:])
        packages: dict[str, PackageSource] = {}
        for group in groups:
            package = PackageSource(
                _import_path(place.import_path, group, groups[0]),
                group.name,
                place.directory,
                tuple(group.files),
                module=place.module,
                workspace=place.workspace,
                kind="external-test" if group.external else "package",
                tested=packages.get(group.tested) if group.external else None,
                problems=() if packages else problems,
            )
            packages[group.name] = package
        return tuple(packages.values())

    def _complain_of_several(self, directory: Path, groups: list[Group]) -> None:
        inner = [group for group in groups if not group.external]
        strays = [group for group in groups if group.external and all(group.tested != one.name for one in inner)]
        if len(inner) > 1 or (inner and strays):
            found = ", ".join(f"{group.name} ({group.files[0].name})" for group in [*inner, *strays])
            self._disk.complain(directory, f"one directory holds several packages: {found}", severity=Severity.ERROR)


def _import_path(directory_path: str, group: Group, first: Group) -> str:
    """Every package of a directory has a path of its own; that of the first is the directory's."""
    if group is first and not group.external:
        return directory_path
    if group.external and (group is first or group.tested == first.name):
        return f"{directory_path}_test"
    return f"{directory_path} [{group.name}]"
