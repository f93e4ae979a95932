"""Which files of a directory make up which package."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.model.project.sources import GoFile


class Group:
    """Files of one package of a directory. ``external`` marks an external test package of the package ``tested``."""

    __slots__ = ("external", "files", "name", "tested")

    def __init__(self, name: str, files: list[GoFile], *, external: bool = False, tested: str = "") -> None:
        """Put ``files`` into the package ``name``."""
        self.name = name
        self.files = files
        self.external = external
        self.tested = tested


def group_files(files: Iterable[GoFile], directory_name: str) -> list[Group]:
    """Group the files of one directory by package, the package that an import of the directory means first.

    That is the one with the most files; test files and commands, which can't be imported, come after the others. A
    file without a package clause is being written: it goes with the first package.
    """
    code: defaultdict[str, list[GoFile]] = defaultdict(list)
    tests: defaultdict[str, list[GoFile]] = defaultdict(list)
    nameless: list[GoFile] = []
    for file in files:
        name = file.header.package
        if not name:
            nameless.append(file)
        else:
            (tests if file.test else code)[name].append(file)
    ranked = sorted(code, key=lambda name: (name == "main", -len(code[name]), name != directory_name, name))
    groups = {name: Group(name, code[name]) for name in ranked}
    externals: list[Group] = []
    for name, found in sorted(tests.items()):
        if name in groups:
            groups[name].files += found
        elif name.endswith("_test"):
            tested = name.removesuffix("_test")
            externals.append(Group(name, found, external=True, tested=tested))
        else:
            groups[name] = Group(name, found)
    result = [*groups.values(), *externals]
    if nameless:
        if result:
            result[0].files += nameless
        else:
            result = [Group("", nameless)]
    for group in result:
        group.files.sort(key=lambda file: file.name)
    return result
