"""Which architectures a function is built for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.project.constraints import read_constraint
from pubcheck.model.project.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts

_SYSTEMS = ("linux", "windows", "freebsd", "android")
"""Systems that still run on 32-bit machines."""


def built_for(package: PackageFacts, function: FunctionFacts, targets: tuple[str, ...]) -> Iterator[str]:
    """The targets that the function's file is built for."""
    source = package.package.source
    file = next((one for one in source.files if one.source.path == function.ir.path), None) if source else None
    if file is None:
        yield from targets
        return
    constraint = read_constraint(file.header.build_lines)
    for target in targets:
        machines = [Target(goos=goos, goarch=target) for goos in _SYSTEMS]
        if any(machine.admits(constraint) and machine.admits_name(file.path.name) for machine in machines):
            yield target
