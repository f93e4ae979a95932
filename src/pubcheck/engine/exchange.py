"""Facts on their way between packages.

They are encoded where they leave the process. What comes out of ``decoded`` is what was there before, so it is the same
for everyone, wherever it was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
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


class Answer:
    """What callers know about a function."""

    __slots__ = ("_write", "summary")

    def __init__(self, summary: Summary, write: Callable[[], bytes]) -> None:
        """Answer with ``summary``, which ``write`` gives as ``facts.storage`` writes it."""
        self.summary = summary
        self._write = write

    @property
    def digest(self) -> bytes:
        """What tells it from another answer."""
        return digest(self._write())


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
        self._decoded: dict[bytes, Answer] = {}
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

    def answer(self, path: str, func: Func) -> Answer:
        """What callers know about ``func`` of the package ``path``."""
        name = func.full_name
        stored = self._stored.get(path, {}).get(name)
        if stored is not None:
            return self._read(stored)
        unwritten = self._unwritten.get(path)
        if unwritten is not None:
            if name not in unwritten:
                unwritten[name] = self._work_out(path, func)
            summary = storage.portable(unwritten[name])
            return Answer(summary, partial(storage.encoded, summary, self._places.relative))
        data = storage.encoded(self._work_out(path, func), self._places.relative)
        for known in (self._stored, self._new):
            known.setdefault(path, {})[name] = data
        return self._read(data)

    def _read(self, data: bytes) -> Answer:
        known = self._decoded.get(data)
        if known is None:
            known = self._decoded[data] = Answer(storage.decoded(data, self._places.absolute), lambda: data)
        return known

    def release(self) -> None:
        """Let go of what was found on the way to answers."""
        for path in self._asked:
            self._analysed[path].release()
        self._asked.clear()

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
        self._below = below
        self._exchange = exchange
        self._known: dict[str, _Below] = {}

    @property
    def asked(self) -> Asked:
        """The functions that it asked for, and digests of the answers."""
        return {path: {name: each.digest for name, each in one.answers.items()} for path, one in self._known.items()}

    def __getitem__(self, path: str) -> Imported:
        known = self._known.get(path)
        if known is None:
            package = self._below[path]()
            known = self._known[path] = _Below(package, self._exchange)
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._below)

    def __len__(self) -> int:
        return len(self._below)


class _Below:
    """A package that another one imports: ``answers`` are those that the exchange gave, by full name."""

    def __init__(self, package: Package, exchange: Exchange) -> None:
        self.package = package
        self.answers: dict[str, Answer] = {}
        self._exchange = exchange
        self._known: dict[Func, Summary] = {}

    def summary_of(self, func: Func) -> Summary:
        known = self._known.get(func)
        if known is None:
            answer = self.answers[func.full_name] = self._exchange.answer(self.package.path, func)
            known = self._known[func] = answer.summary
        return known
