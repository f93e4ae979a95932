"""Facts on their way between packages: encoded where they are found, decoded where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pubcheck.facts import storage
from pubcheck.facts.summary import unknown
from pubcheck.model.project.text import shown
from pubcheck.source import Segments, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.analysis import Imported, PackageFacts
    from pubcheck.engine.task import Asked, Exported
    from pubcheck.facts import Summary
    from pubcheck.model.package import Package
    from pubcheck.model.project import GoFile
    from pubcheck.model.symbols import Func


class Places:
    """Where things are in files, now and relative to what moves them."""

    def __init__(self, files: Iterable[GoFile]) -> None:
        """Know ``files``, which are cut into segments when somebody points into them."""
        self._files = {shown(file.path): file for file in files}
        self._segments: dict[str, Segments | None] = {}

    def relative(self, span: Span) -> Span:
        """``span`` as it stays while other functions' bodies change."""
        segments = self._of(span.path)
        return span if segments is None else Span(span.path, segments.relative(span.start), segments.relative(span.end))

    def absolute(self, span: Span) -> Span:
        """Where the relative ``span`` is in the file as it is now."""
        segments = self._of(span.path)
        return span if segments is None else Span(span.path, segments.absolute(span.start), segments.absolute(span.end))

    def _of(self, path: str) -> Segments | None:
        try:
            return self._segments[path]
        except KeyError:
            file = self._files.get(path)
            found = self._segments[path] = None if file is None else Segments(file.source.data)
            return found


class Exchange:
    """The exported facts of a project's packages, as far as they are known here."""

    def __init__(self, places: Places, analyse: Callable[[str], PackageFacts]) -> None:
        """Start with no facts; ``analyse`` gives a package that its functions can be asked of, by import path."""
        self._places = places
        self._analyse = analyse
        self._stored: dict[str, Exported] = {}
        self._worked_out: dict[str, PackageFacts] = {}
        self._decoded: dict[bytes, tuple[Summary, bytes]] = {}

    def learn(self, facts: Mapping[str, Exported]) -> None:
        """Take in ``facts`` of packages, by import path."""
        for path, exported in facts.items():
            self._stored.setdefault(path, {}).update(exported)

    def encode(self, facts: PackageFacts) -> Exported:
        """What is known of the functions of a package, for others to learn."""
        found: Exported = {}
        # Of functions that are declared twice the first counts.
        for _, summary in sorted(facts.known_summaries, key=lambda each: (each[0].path, each[0].pos)):
            found.setdefault(summary.name, storage.encoded(summary, self._places.relative))
        return found

    def answer(self, path: str, func: Func) -> tuple[Summary, bytes]:
        """What callers know about ``func`` of the package ``path``, and the digest of that."""
        stored = self._stored.setdefault(path, {})
        data = stored.get(func.full_name)
        if data is None:
            data = stored[func.full_name] = self._work_out(path, func)
        known = self._decoded.get(data)
        if known is None:
            summary = storage.decoded(data, self._places.absolute)
            known = self._decoded[data] = (summary, storage.digest(data))
        return known

    def _work_out(self, path: str, func: Func) -> bytes:
        try:
            if path not in self._worked_out:
                self._worked_out[path] = self._analyse(path)
            summary = self._worked_out[path].summary_of(func)
        except Exception:  # noqa: BLE001 it is told where the package itself is looked at
            summary = unknown(func.full_name)
        return storage.encoded(summary, self._places.relative)


class Imports(Mapping[str, "Imported"]):
    """The packages below one package, for its analysis to ask, and a note of what it asked."""

    def __init__(self, below: Mapping[str, Callable[[], Package]], exchange: Exchange) -> None:
        """Offer the packages ``below``, by import path."""
        self.asked: Asked = {}
        self._below = below
        self._exchange = exchange
        self._known: dict[str, Imported] = {}

    def __getitem__(self, path: str) -> Imported:
        known = self._known.get(path)
        if known is None:
            package = self._below[path]()
            known = self._known[path] = _Below(package, self._exchange, self.asked.setdefault(path, {}))
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._below)

    def __len__(self) -> int:
        return len(self._below)


class _Below:
    """A package that another one imports: answers come from the exchange, and each is noted."""

    def __init__(self, package: Package, exchange: Exchange, asked: dict[str, bytes]) -> None:
        self.package = package
        self._exchange = exchange
        self._asked = asked
        self._known: dict[Func, Summary] = {}

    def summary_of(self, func: Func) -> Summary:
        known = self._known.get(func)
        if known is None:
            known, self._asked[func.full_name] = self._exchange.answer(self.package.path, func)
            self._known[func] = known
        return known
