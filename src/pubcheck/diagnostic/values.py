"""Frozen values; none can be made without a span."""

from __future__ import annotations

import re

import msgspec

from pubcheck.diagnostic.levels import Confidence, Severity
from pubcheck.diagnostic.polls import Poll
from pubcheck.source import Span

_LITERAL = re.compile(r"\.func\d[\d.]*$")


class Related(msgspec.Struct, frozen=True, gc=False):
    """Another place that the finding hangs on: the other access, the lock, the publication.

    ``goroutine`` names whose doing it is, for people; it is empty where that is nobody's in particular.
    """

    span: Span
    message: str
    goroutine: str = ""

    def at(self, span: Span) -> Related:
        """The same of another place."""
        return Related(span, self.message, self.goroutine)


class Trace(msgspec.Struct, frozen=True, gc=False):
    """The steps of one goroutine that justify a finding, outermost call first."""

    goroutine: str
    steps: tuple[Related, ...]


class Edit(msgspec.Struct, frozen=True, gc=False):
    """Replace the bytes of ``span`` by ``text``."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True, gc=False):
    """Edits that mend the finding. A safe fix keeps the meaning minus the bug; an unsafe one needs a look.

    ``needs`` are the imports that the edited code wants: the file, and the path of the package. They are no edits,
    because several fixes may want the same.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool
    needs: tuple[tuple[str, str], ...] = ()

    def imports(self, path: str) -> tuple[str, ...]:
        """The packages that the file ``path`` must import."""
        return tuple([package for file, package in self.needs if file == path])


class Diagnostic(msgspec.Struct, frozen=True, gc=False):
    """One finding as the user meets it.

    ``symbol`` names the function or declaration it lies in (``(*Cache).Get``), ``location`` the shared thing it is
    about (``Cache.items``) or is empty. ``because`` is the evidence, one sentence each. ``help`` says what to do.
    ``anywhere`` tells that it could as well be shown in another function, so that its identity leaves ``symbol`` out.

    ``goroutine`` names who does what stands at ``span``, where that is one side of a race: what of ``related`` and
    ``traces`` goes by another name is the other side's. Those of one name are in the order of time; ``flows`` puts them
    together. ``poll`` is what it hangs on until all packages have been heard.
    """

    rule: str
    span: Span
    message: str
    severity: Severity
    confidence: Confidence
    package: str = ""
    symbol: str = ""
    location: str = ""
    because: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    traces: tuple[Trace, ...] = ()
    fixes: tuple[Fix, ...] = ()
    help: str = ""
    fingerprint: str = ""
    anywhere: bool = False
    goroutine: str = ""
    poll: Poll | None = None

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What it is about, whatever line it stands on: rule, package, symbol and location.

        Function literals are told by the function around them: their numbers change when another one comes before.
        """
        symbol = "" if self.anywhere else _LITERAL.sub("", self.symbol)
        return (self.rule, self.package, symbol, self.location)
