"""What a run has looked at, and so what it would have found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.model.project import Module

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.engine.config import Config
    from pubcheck.engine.selection import Selection
    from pubcheck.model.project import PackageSource

_TEST = "_test"


class Scope(msgspec.Struct, frozen=True):
    """The rules that ran, and the packages that were looked at as a whole.

    Attributes:
        rules: their names, the engine's own included.
        packages: import paths.
        modules: the modules that the packages lie in.
    """

    rules: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    modules: tuple[Module, ...] = ()

    def covers(self, rule: str, package: str) -> bool:
        """Whether the run would have found what ``rule`` says of ``package``. One that is gone counts as looked at."""
        return rule in self.rules and (package in self.packages or self._gone(package))

    def _gone(self, package: str) -> bool:
        path = package.partition(" [")[0].removesuffix(_TEST)
        folders = (folder for module in self.modules if (folder := module.directory(path)) is not None)
        folder = next(folders, None)
        return folder is not None and not any(folder.glob("*.go"))


def scope_of(config: Config, selection: Selection, sources: Iterable[PackageSource]) -> Scope:
    """The scope of a run over ``sources``; of a package that is only looked at in part nothing can be said."""
    whole = [source for source in sources if source.wanted is None]
    packages = {source.import_path for source in whole}
    if config.tests:
        packages |= {path + _TEST for path in packages}
    modules = {source.module for source in whole if source.module.path}
    return Scope(
        rules=selection.known - selection.ignored,
        packages=frozenset(packages),
        modules=tuple(sorted(modules, key=lambda module: (-len(module.path), module.path))),
    )
