"""``go.mod``: a module's path, its language version, what it requires and replaces."""

from __future__ import annotations

import msgspec

from pubcheck.model.project.modfile import Complaint, Replace, read_directives, read_go_version, read_replace

_WITHOUT_MEANING_HERE = frozenset(("exclude", "retract", "toolchain", "godebug", "tool"))


class GoMod(msgspec.Struct, frozen=True, gc=False):
    """What a ``go.mod`` says. ``module`` is empty and ``go_version`` None where it doesn't."""

    module: str
    go_version: tuple[int, int] | None
    requires: dict[str, str]
    replaces: tuple[Replace, ...]
    ignores: tuple[str, ...]
    complaints: tuple[Complaint, ...]


def read_gomod(text: str) -> GoMod:
    """Read a ``go.mod``. Never raises: lines that can't be understood are left out and complained about."""
    directives, complaints = read_directives(text)
    module = ""
    go_version: tuple[int, int] | None = None
    requires: dict[str, str] = {}
    replaces: list[Replace] = []
    ignores: list[str] = []
    for directive in directives:
        understood = True
        match directive.verb, directive.args:
            case "module", (path,):
                module = path
            case "go", (version,):
                go_version = read_go_version(version)
                understood = go_version is not None
            case "require", (path, version):
                requires[path] = version
            case "ignore", (path,):
                ignores.append(path)
            case "replace", args:
                replace = read_replace(args)
                understood = replace is not None
                if replace:
                    replaces.append(replace)
            case verb, _:
                understood = verb in _WITHOUT_MEANING_HERE
        if not understood:
            complaints.append(Complaint(directive.line, f"can't understand this {directive.verb} directive"))
    if not module:
        complaints.append(Complaint(0, "no module path"))
    return GoMod(module, go_version, requires, tuple(replaces), tuple(ignores), tuple(complaints))
