"""What kinds of objects the pools of a package hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.remembering import once_for_facts
from pubcheck.flow import ir
from pubcheck.model.types import Pointer
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.held import PUT
from pubcheck.rules.support.names import points

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath, Call
    from pubcheck.model.types import Type
    from pubcheck.rules.support.call_sites import CallSite

GET = "(*sync.Pool).Get"


class Pooled(NamedTuple):
    """A ``call`` of Put or Get in ``function`` that works on objects of ``type``."""

    function: FunctionFacts
    call: Call
    type: Type
    given: bool

    @property
    def pool(self) -> AccessPath | None:
        """The pool."""
        targets = self.call.args[0].targets if self.call.args else ()
        return targets[0] if len(targets) == 1 else None

    @property
    def element(self) -> Type:
        """What a pointer that is pooled leads to; the type itself for anything else."""
        return self.type.element if isinstance(self.type, Pointer) else self.type


@once_for_facts
def pooled(package: PackageFacts) -> tuple[Pooled, ...]:
    """The calls of Put, with what they give, and of Get, with the type that their result is asserted to be."""
    found = []
    for site in calls_to(package, PUT):
        info = site.info
        operand = info.args[1] if info is not None and len(info.args) > 1 else None
        type_ = site.function.ir.register_types.get(operand) if isinstance(operand, int) else None
        if type_ is not None:
            found.append(Pooled(site.function, site.call, type_, given=True))
    for site in calls_to(package, GET):
        type_ = _asserted(site)
        if type_ is not None:
            found.append(Pooled(site.function, site.call, type_, given=False))
    return tuple(found)


def _asserted(site: CallSite) -> Type | None:
    """The type that the result of a Get is asserted to have."""
    function, point = site.function.ir, site.call.point
    call = function.blocks[point.block].instructions[point.index]
    results = call.targets if isinstance(call, ir.Call) else ()
    for _, each in points(function) if results else ():
        if isinstance(each, ir.Compute) and each.op == "assert" and each.operands[0] == results[0]:
            return each.type
    return None
