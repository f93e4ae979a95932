"""``go.work``: the modules of a workspace."""

from __future__ import annotations

import msgspec

from pubcheck.model.project.modfile import Complaint, Replace, read_directives, read_go_version, read_replace


class GoWork(msgspec.Struct, frozen=True, gc=False):
    """What a ``go.work`` says. ``uses`` are directories, relative to the file."""

    uses: tuple[str, ...]
    replaces: tuple[Replace, ...]
    complaints: tuple[Complaint, ...]


def read_gowork(text: str) -> GoWork:
    """Read a ``go.work``. Never raises: lines that can't be understood are left out and complained about."""
    directives, complaints = read_directives(text)
    uses: list[str] = []
    replaces: list[Replace] = []
    for directive in directives:
        understood = True
        match directive.verb, directive.args:
            case "use", (directory,):
                uses.append(directory)
            case "replace", args:
                replace = read_replace(args)
                understood = replace is not None
                if replace:
                    replaces.append(replace)
            case "go", (version,):
                understood = read_go_version(version) is not None
            case verb, _:
                understood = verb in {"toolchain", "godebug"}
        if not understood:
            complaints.append(Complaint(directive.line, f"can't understand this {directive.verb} directive"))
    return GoWork(tuple(uses), tuple(replaces), tuple(complaints))
