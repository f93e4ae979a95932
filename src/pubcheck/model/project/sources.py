"""Files and packages as they lie on the disk: bytes and a header each, trees only where somebody asks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pubcheck.model.project.text import shown
from pubcheck.source import SourceFile
from pubcheck.source import digest as hash_of

if TYPE_CHECKING:
    from pubcheck.model.project.header import Header
    from pubcheck.model.project.modules import Module
    from pubcheck.model.project.problem import Problem
    from pubcheck.model.project.workspace import Workspace
    from pubcheck.source import Overlay
    from pubcheck.syntax import SyntaxTree

Kind = Literal["package", "external-test"]


class GoFile:
    """One file of a package.

    ``where`` is its absolute path as the system has it, and ``shown`` as it is printed. ``source`` has the bytes that
    the header was read from; a copy in another process reads them again when first asked for. ``tree`` parses them, and
    ``release`` lets go of what the parser made.
    """

    __slots__ = (
        "_overlay",
        "_path",
        "_source",
        "_tree",
        "digest",
        "generated",
        "go_version",
        "header",
        "name",
        "shown",
        "test",
        "where",
    )

    def __init__(  # noqa: PLR0913, PLR0917 a file has these parts
        self,
        where: str,
        header: Header,
        go_version: tuple[int, int],
        overlay: Overlay,
        digest: bytes,
        source: SourceFile | None = None,
    ) -> None:
        """Take ``where`` as a Go file of language version ``go_version``; ``digest`` is its bytes' hash."""
        self.where = where
        self.name = os.path.basename(where)  # noqa: PTH119 see path
        self.shown = shown(where) if source is None else source.path
        self._path: Path | None = None
        self.header = header
        self.go_version = go_version
        self.digest = digest
        self.test = self.name.endswith("_test.go")
        self.generated = header.generated
        self._overlay = overlay
        self._source = source
        self._tree: SyntaxTree | None = None

    def __repr__(self) -> str:
        return f"<GoFile {self.name}>"

    def __reduce__(self) -> tuple[type[GoFile], tuple[str, Header, tuple[int, int], Overlay, bytes]]:
        return GoFile, (self.where, self.header, self.go_version, self._overlay, self.digest)

    @property
    def path(self) -> Path:
        """Where it lies, absolutely; made when it is asked for, since most files are only read."""
        if self._path is None:
            self._path = Path(self.where)
        return self._path

    @property
    def source(self) -> SourceFile:
        """The file's bytes; empty where the file has gone since it was listed."""
        if self._source is None:
            try:
                data = self._overlay.read(self.where)
            except OSError:
                data = b""
            self._source = SourceFile(self.shown, data)
        return self._source

    @property
    def content(self) -> bytes:
        """Hash of its bytes, as they were listed or have been taken in since."""
        return self.digest if self._source is None else hash_of(self._source.data)

    @property
    def tree(self) -> SyntaxTree:
        """The file's syntax, parsed on first use.

        Bodies of tests and of what is generated are parsed only when they are asked for, which few are.
        """
        if self._tree is None:
            self._tree = self._parsed(bodies=not (self.test or self.generated))
        return self._tree

    def outline(self) -> None:
        """Have the file parsed for its declarations, if it isn't yet."""
        if self._tree is None:
            self._tree = self._parsed(bodies=False)

    def _parsed(self, *, bodies: bool) -> SyntaxTree:
        from pubcheck.syntax import parse  # noqa: PLC0415 who only lists packages needs no parser

        return parse(self.source, bodies=bodies)

    def renew(self, source: SourceFile) -> None:
        """Take ``source`` for what the file holds from now on."""
        self._source = source
        self._tree = None

    def edit(self, source: SourceFile, pos: int) -> bool:
        """As ``renew``, where nothing but the body of the function at ``pos`` differs; see ``SyntaxTree.edited``."""
        if not self.tree.edited(source, pos):
            return False
        self._source = source
        return True

    def release(self) -> None:
        """Drop the parser's tree. Declarations stay, which symbols refer to, and the bytes that they speak of."""
        if self._tree is not None:
            self._tree.release()


class PackageSource:
    """The files that make up one package. It compares and hashes by identity.

    ``import_path`` is unique in a project: an external test package ends in ``_test``, and where a directory holds
    several packages all but one carry their name in brackets, as in ``example.com/m/tools [gen]``. ``wanted`` is None
    when diagnostics are wanted for the whole package, else the files they are wanted for. ``tested`` is the package
    that an external test package tests, where there is one.
    """

    __slots__ = (
        "directory",
        "files",
        "go_version",
        "import_path",
        "imports",
        "kind",
        "module",
        "name",
        "problems",
        "test_imports",
        "tested",
        "wanted",
        "workspace",
    )

    def __init__(  # noqa: PLR0913 a package has these parts
        self,
        import_path: str,
        name: str,
        directory: Path,
        files: tuple[GoFile, ...],
        *,
        module: Module,
        workspace: Workspace,
        kind: Kind = "package",
        tested: PackageSource | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        """Make a package of ``files``, sorted by name, whose imports ``workspace`` resolves."""
        self.import_path = import_path
        self.name = name
        self.directory = directory
        self.files = files
        self.module = module
        self.go_version = module.go_version
        self.kind = kind
        self.tested = tested
        self.problems = problems
        self.workspace = workspace
        self.wanted: frozenset[Path] | None = None
        self.imports = _imports(files, test=False)
        self.test_imports = _imports(files, test=True)

    def __repr__(self) -> str:
        return f"<PackageSource {self.import_path}>"


def _imports(files: tuple[GoFile, ...], *, test: bool) -> tuple[str, ...]:
    return tuple(sorted({path for file in files if file.test is test for path in file.header.imports}))
