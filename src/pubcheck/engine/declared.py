"""To whom it matters when what packages declare changes.

A package sees of another one what it names, and what the declarations of that are made of. So what it sees is the same
if no declaration has changed whose name is a word in its text, and none that those mention in turn. Words are compared,
not meanings: that a word is the name of something else costs time, and changes nothing.

A method, or a plain field, that comes, goes or reads otherwise matters to fewer: to those who see its type and have its
name for a word. The others can't tell, but where it is asked for without being named (``_unnamed``).
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

from pubcheck.engine.literals import fills_by_order, made_of
from pubcheck.engine.shapes import IDENTIFIER, NO_CODE, NONE, WORD, Change, Member, Names, names_in
from pubcheck.engine.unnamed import asked_by_heart, calls_generics, takes_over_interfaces
from pubcheck.source import Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pubcheck.engine.task import Outcome
    from pubcheck.model.project import PackageSource

    Visible = Mapping[PackageSource, tuple[PackageSource, ...]]
    """The packages that each may name."""

_SELECTED = re.compile(rb"\.\s*(" + IDENTIFIER + rb")")
_DOT_IMPORT = re.compile(rb"^\s*(?:import\s*)?\(?\s*\.\s*[\"`]", re.MULTILINE)
_MEASURES = frozenset((b"Sizeof", b"Offsetof", b"Alignof"))
_FEW = 32
"""Names that it pays to look for one by one before a text is taken apart."""


class Affected:
    """The packages that see something else now."""

    def __init__(
        self,
        certain: frozenset[PackageSource],
        measuring: Callable[[], frozenset[PackageSource]],
        paths: frozenset[str],
    ) -> None:
        """Take what has been found.

        Args:
            certain: those that do whatever they ask.
            measuring: gives those that do if they have asked how large types are.
            paths: files in which what stands behind a field has moved: who points there points elsewhere.
        """
        self.certain = certain
        self._measuring = measuring
        self._paths = paths

    def holds(self, package: PackageSource, outcome: Outcome) -> bool:
        """Whether ``outcome`` of a package is what it would be now, as far as this goes."""
        if package in self.certain or (outcome.measured and package in self._measuring()):
            return False
        return not self._paths or self._paths.isdisjoint(pointed_into(outcome))


def pointed_into(outcome: Outcome) -> frozenset[str]:
    """The files that a package's findings point into."""
    found: set[str] = set()
    for finding in outcome.findings:
        found.add(finding.span.path)
        found.update(place.span.path for place in finding.related)
        found.update(step.span.path for trace in finding.traces for step in trace.steps)
        found.update(edit.span.path for fix in finding.fixes for edit in fix.edits)
    return frozenset(found)


def affected(changed: Mapping[PackageSource, Change], visible: Visible) -> Affected:
    """To whom it matters that of some packages this has changed."""
    texts = {package: _Text(package) for package in visible}
    names: dict[PackageSource, Names] = {}
    members: dict[PackageSource, frozenset[Member]] = {}
    for package, change in changed.items():
        known = frozenset(one for one in change.members if not one.path and asked_by_heart(one.name))
        names[package] = change.names.union(one.owner for one in known)
        members[package] = change.members - known
    fewer = _Fewer(members, visible, texts)
    for package, more in fewer.declarations().items():
        names[package] = names.get(package, NONE) | more
    certain = frozenset(_reached(names, visible, texts)[0]) | fewer.certain
    paths = frozenset(one.path for each in members.values() for one in each if one.path)
    return Affected(certain, lambda: fewer.seeing if paths else frozenset(), paths)


def _reached(
    names: Mapping[PackageSource, Names], visible: Visible, texts: Mapping[PackageSource, _Text]
) -> tuple[set[PackageSource], dict[PackageSource, Names]]:
    """The packages that mention one of these names of others, or what is made of it; and the names that are."""
    above = _above(visible)
    touched = {package: texts[package].users(some) for package, some in names.items() if some}
    found: set[PackageSource] = set()
    pending = list(touched)
    while pending:
        source = pending.pop()
        exported = frozenset(name for name in touched[source] if _is_exported(name))
        for package in above.get(source, ()) if exported else ():
            if texts[package].mentions(exported):
                found.add(package)
                known = touched.get(package, NONE)
                more = texts[package].users(known, exported)
                if more != known:
                    touched[package] = more
                    pending.append(package)
    return found, touched


def _above(visible: Visible) -> dict[PackageSource, list[PackageSource]]:
    """The packages that may name each."""
    above: dict[PackageSource, list[PackageSource]] = {}
    for package, others in visible.items():
        for other in others:
            above.setdefault(other, []).append(package)
    return above


class _Fewer:
    """To whom members matter that have changed.

    Who sees their types takes longer to find out than who would care: mostly that is nobody.
    """

    def __init__(
        self,
        members: Mapping[PackageSource, frozenset[Member]],
        visible: Visible,
        texts: Mapping[PackageSource, _Text],
    ) -> None:
        self._texts = texts
        self._visible = visible
        self._members = frozenset(one for some in members.values() for one in some)
        self._methods = frozenset(one.name for one in self._members if not one.path)
        self._fields = frozenset(one.name for one in self._members if one.path)
        owners = {package: frozenset(one.owner for one in some) for package, some in members.items() if some}
        self._owners = owners

    @cached_property
    def _reached(self) -> tuple[set[PackageSource], dict[PackageSource, Names]]:
        return _reached(self._owners, self._visible, self._texts)

    @property
    def seeing(self) -> frozenset[PackageSource]:
        """The packages that see a type with such a member."""
        return frozenset(self._reached[0])

    @cached_property
    def certain(self) -> frozenset[PackageSource]:
        """Those that see one, and name that or needn't."""
        words = _any_of(self._methods | self._fields)
        found = frozenset(package for package in self._near if self._is_certain(package, words))
        return found & self.seeing if found else found

    @cached_property
    def _near(self) -> list[PackageSource]:
        """The packages above those of the types."""
        above = _above(self._visible)
        found: dict[PackageSource, None] = {}
        pending = list(self._owners)
        while pending:
            fresh = [one for one in above.get(pending.pop(), ()) if one not in found]
            found.update(dict.fromkeys(fresh))
            pending += fresh
        return list(found)

    def _is_certain(self, package: PackageSource, words: re.Pattern[bytes]) -> bool:
        texts = [file.source.data for file in package.files]
        if any(_holds(text, self._methods | self._fields) and words.search(text) for text in texts):
            return True
        if self._methods and (takes_over_interfaces(package, self._visible[package]) or package in self._inferring):
            return True
        return any(fills_by_order(text, self._structs, self._lists) for text in texts)

    @cached_property
    def _structs(self) -> Names:
        """The types of which a field has changed."""
        return frozenset(one.owner for one in self._members if one.path)

    @cached_property
    def _lists(self) -> Names:
        """Types that may be lists of those."""
        texts = (file.source.data for package in (*self._near, *self._owners) for file in package.files)
        return made_of(self._structs, texts) if self._structs else NONE

    @cached_property
    def _inferring(self) -> frozenset[PackageSource]:
        """Those whose types may follow from the methods of what they hand to a function outside of the project."""
        return frozenset(package for package in self._near if self._methods and calls_generics(package))

    def declarations(self) -> dict[PackageSource, Names]:
        """The names, by package, of all declarations that name such a member, or may hang on it without."""
        if not self._owners:
            return {}
        used = self._methods | self._fields | (_MEASURES if self._fields else NONE)
        uses = re.compile(rb"\.\s*" + _any_of(used).pattern + rb"|" + _any_of(self._fields).pattern + rb"\s*:")
        asks = _any_of(self._methods)

        def matters(text: bytes) -> bool:
            return _holds(text, used) and bool(uses.search(text) or (b"interface" in text and asks.search(text)))

        found = {package: text.names_of_those(matters) for package, text in self._texts.items()}
        for package in self._inferring:
            found[package] |= self._reached[1].get(package, NONE)
        return {package: names for package, names in found.items() if names}


def _holds(text: bytes, words: Names) -> bool:
    return any(word in text for word in words)


@cache
def _any_of(words: Names) -> re.Pattern[bytes]:
    """Finds any of ``words``; where there are none, nothing."""
    if not words:
        return re.compile(rb"(?!)")
    each = b"|".join(map(re.escape, sorted(words)))
    return re.compile(rb"(?<![\w\x80-\xff])(?:" + each + rb")(?![\w\x80-\xff])")


class _Text:
    """The text of a package, for questions about what is named in it."""

    def __init__(self, package: PackageSource) -> None:
        """Read the files of ``package`` when something is asked."""
        self._package = package

    @cached_property
    def _dotted(self) -> bool:
        """Whether names of other packages may stand there alone."""
        return any(_DOT_IMPORT.search(file.source.data) for file in self._package.files)

    @cached_property
    def _selected(self) -> Names:
        return NONE.union(*(self._foreign(file.source.data) for file in self._package.files))

    def _foreign(self, text: bytes) -> Iterable[bytes]:
        """The words that may name what other packages declare."""
        return (WORD if self._dotted else _SELECTED).findall(text)

    def names_of_those(self, matters: Callable[[bytes], bool]) -> Names:
        """The names of the declarations whose text ``matters``, where the text of their file does."""
        return NONE.union(
            *(
                names_in(one.text)
                for file in self._package.files
                if matters(file.source.data)
                for one in Segments(file.source.data).split()
                if matters(one.text)
            )
        )

    @cached_property
    def _declared(self) -> list[tuple[Names, Names, Names]]:
        """Of each declaration the words in it, those of them that may be other packages', and its names."""
        found = []
        for file in self._package.files:
            for one in Segments(file.source.data).split():
                code = NO_CODE.sub(b" ", one.text)
                found.append(
                    (frozenset(WORD.findall(code)), frozenset(self._foreign(code)), frozenset(names_in(one.text)))
                )
        return found

    def mentions(self, names: Names) -> bool:
        """Whether the package may name one of another one's ``names``."""
        if len(names) <= _FEW and not any(name in file.source.data for file in self._package.files for name in names):
            return False
        return not names.isdisjoint(self._selected)

    def users(self, own: Names, others: Names = NONE) -> Names:
        """``own`` names of the package, and those of declarations that are made of them, or of ``others``."""
        found = own.union(*(names for _, foreign, names in self._declared if not foreign.isdisjoint(others)))
        while True:
            more = found.union(*(names for words, _, names in self._declared if not words.isdisjoint(found)))
            if more == found:
                return found
            found = more


def _is_exported(name: bytes) -> bool:
    """Whether other packages can name it; beyond ASCII that is taken to be so."""
    return name[0] > 0x7F or name[:1].isupper()
