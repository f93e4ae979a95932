"""Which architectures a function is built for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.project.constraints import read_constraint
from pubcheck.model.project.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.model.package import Package

_SYSTEMS = ("linux", "windows", "freebsd", "android")
"""Systems that still run on 32-bit machines."""


def built_for(package: PackageFacts, function: FunctionFacts, targets: tuple[str, ...]) -> Iterator[str]:
    """The targets that the function's file is built for."""
    yield from (target for target in targets if is_built(package.package, function.path, target))


def is_built(package: Package, path: str, target: str) -> bool:
    """Whether the file at ``path`` of ``package`` is built for ``target``; what isn't known to be left out is."""
    file = next((one for one in package.source.files if one.source.path == path), None) if package.source else None
    if file is None:
        return True
    constraint = read_constraint(file.header.build_lines)
    machines = [Target(goos=goos, goarch=target) for goos in _SYSTEMS]
    return any(machine.admits(constraint) and machine.admits_name(file.name) for machine in machines)
