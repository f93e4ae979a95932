"""Facts on their way between packages.

They are encoded where they leave a process, or where somebody asks for them: what comes out of ``decoded`` is the same
for everyone, wherever it was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pubcheck.facts import storage
from pubcheck.facts.summary import unknown
from pubcheck.source import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.analysis import Imported, PackageFacts
    from pubcheck.engine.places import Places
    from pubcheck.engine.task import Asked, Exported
    from pubcheck.facts import Summary
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Func

    Kept = dict[str, dict[Func, tuple[Summary, bytes]]]
    """By import path and function, a summary and what it was encoded to."""


class Exchange:
    """The exported facts of a project's packages, as far as they are known here."""

    def __init__(self, places: Places, analyse: Callable[[str], PackageFacts], kept: Kept) -> None:
        """Start with no facts.

        Args:
            places: where things are.
            analyse: gives a package that its functions can be asked of, by import path.
            kept: what summaries of packages that are kept were encoded to, which this adds to.
        """
        self._places = places
        self._analyse = analyse
        self._stored: dict[str, Exported] = {}
        self._unwritten: dict[str, dict[str, Summary]] = {}
        self._new: dict[str, Exported] = {}
        self._analysed: dict[str, PackageFacts] = {}
        self._asked: set[str] = set()
        self._decoded: dict[bytes, tuple[Summary, bytes]] = {}
        self._kept = kept

    def learn(self, facts: Mapping[str, Exported]) -> None:
        """Take in ``facts`` of packages, by import path."""
        for path, exported in facts.items():
            self._stored.setdefault(path, {}).update(exported)

    def keep(self, facts: PackageFacts) -> None:
        """Take in what is known of the functions of a package."""
        self._unwritten[facts.path] = {summary.name: summary for _, summary in _known(facts)}

    def encode(self, facts: PackageFacts) -> Exported:
        """What is known of the functions of a package, for others to learn."""
        forms = self._kept.setdefault(facts.path, {}) if facts.kept else {}
        found: Exported = {}
        for func, summary in _known(facts):
            known = forms.get(func)
            if known is None or known[0] is not summary:
                known = forms[func] = (summary, storage.encoded(summary, self._places.relative))
            found[summary.name] = known[1]
        return found

    def worked_out(self) -> dict[str, Exported]:
        """What nobody had told and was worked out, by import path, since this was asked last."""
        new, self._new = self._new, {}
        return new

    def answer(self, path: str, func: Func) -> tuple[Summary, bytes]:
        """What callers know about ``func`` of the package ``path``, and the digest of that."""
        stored = self._stored.setdefault(path, {})
        data = stored.get(func.full_name)
        if data is None:
            data = stored[func.full_name] = self._found(path, func)
        known = self._decoded.get(data)
        if known is None:
            summary = storage.decoded(data, self._places.absolute)
            known = self._decoded[data] = (summary, digest(data))
        return known

    def release(self) -> None:
        """Let go of what was found on the way to answers."""
        for path in self._asked:
            self._analysed[path].release()
        self._asked.clear()

    def _found(self, path: str, func: Func) -> bytes:
        """The summary of a function that was kept, or else worked out."""
        unwritten = self._unwritten.get(path, {}).pop(func.full_name, None)
        if unwritten is not None:
            return storage.encoded(unwritten, self._places.relative)
        data = storage.encoded(self._work_out(path, func), self._places.relative)
        self._new.setdefault(path, {})[func.full_name] = data
        return data

    def _work_out(self, path: str, func: Func) -> Summary:
        try:
            if path not in self._analysed:
                self._analysed[path] = self._analyse(path)
            self._asked.add(path)
            return self._analysed[path].summary_of(func)
        except Exception:  # noqa: BLE001 it is told where the package itself is looked at
            return unknown(func.full_name)


def _known(facts: PackageFacts) -> list[tuple[Func, Summary]]:
    """What is known of the functions of a package; of those that are declared twice the first counts."""
    found: dict[str, tuple[Func, Summary]] = {}
    for func, summary in sorted(facts.known_summaries, key=lambda each: (each[0].path, each[0].pos)):
        found.setdefault(summary.name, (func, summary))
    return list(found.values())


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
