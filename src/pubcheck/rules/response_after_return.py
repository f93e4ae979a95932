"""A goroutine writes the response, or reads the request's body, when the handler may have returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.handlers import handles
from pubcheck.diagnostic import Related
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.names import touched
from pubcheck.rules.support.outliving import outliving
from pubcheck.rules.support.reading import called, mentions, span_in, within
from pubcheck.rules.support.sides import Sides, started_by
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.outliving import Outliving

_READS_BODY = frozenset(
    f"(*net/http.Request).{name}"
    for name in ("ParseForm", "ParseMultipartForm", "FormValue", "PostFormValue", "FormFile", "MultipartReader")
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find goroutines of handlers that nobody waits for and that use what the server takes back."""
    if not mentions(package, b"http.ResponseWriter"):
        return
    for one in outliving(package):
        if handles(one.function.ir) == "HTTP requests":
            lent = _Lent(one.function.ir)
            use = next(_used(one, lent), None) if one.thread.facts is not None else _handed(package, one, lent)
            if use is not None:
                yield _finding(one, use)


class _Use(NamedTuple):
    """``what`` is used in ``symbol`` at ``span``."""

    what: str
    span: Span
    symbol: str


class _Lent:
    """The names of one handler for what is only there during the request."""

    def __init__(self, handler: ir.Function) -> None:
        writer, request = handler.params[-2:]
        self._name = {each: _named(handler, each) for each in (writer, request)}
        self._request = request
        self.writers: set[ir.Operand | Var] = {writer}
        self.requests: set[ir.Operand | Var] = {request}
        self.bodies: set[ir.Operand | Var] = set()
        for block in handler.blocks:
            for each in block.instructions:
                self.follow(each)

    def follow(self, each: ir.Instruction) -> None:
        """Take note of a new name that ``each`` gives."""
        match each:
            case ir.Load(place=place, target=target):
                if place.root in self.requests and _last(place) == "Body":
                    self.bodies.add(target)
                elif not place.steps:
                    for names in (self.writers, self.requests, self.bodies):
                        if place.root in names:
                            names.add(target)
            case ir.Store(place=ir.Place(root=Var() as root, steps=()), value=value) if value in self.bodies:
                self.bodies.add(root)

    def forget_registers(self) -> None:
        """Keep the names alone that literals share with the handler."""
        for names in (self.writers, self.requests, self.bodies):
            names.difference_update([each for each in names if not isinstance(each, Var)])

    def told(self, name: ir.Operand | Var) -> str:
        """What ``name`` is of the request; empty if it isn't lent."""
        if name in self.writers:
            return next(f"`{text}`" for each, text in self._name.items() if each != self._request)
        return f"`{self._name[self._request]}.Body`" if name in self.bodies else ""

    def use(self, each: ir.Instruction) -> str:
        """What ``each`` uses that a literal has captured."""
        if type(each) is ir.Load:
            what = self.told(each.place.root) if isinstance(each.place.root, Var) else ""
            return what or (self.told(each.target) if each.target in self.bodies else "")
        if called(each) in _READS_BODY and each.call.args[0] in self.requests:  # type: ignore[attr-defined]
            return f"the body of `{self._name[self._request]}`"
        return ""


def _named(handler: ir.Function, param: int | Var) -> str:
    var = param if isinstance(param, Var) else handler.register_vars.get(param)
    return var.name if var is not None else "the request"


def _used(one: Outliving, lent: _Lent) -> Iterator[_Use]:
    """Where the goroutine's literal uses what the handler was lent."""
    assert one.thread.facts is not None  # noqa: S101 it is a literal of the handler's
    for function in within(one.thread.facts.ir):
        lent.forget_registers()
        for block in function.blocks:
            for each in block.instructions:
                lent.follow(each)
                what = lent.use(each)
                if what:
                    yield _Use(what, Span(function.path, each.pos, each.end), function.name)


def _handed(package: PackageFacts, one: Outliving, lent: _Lent) -> _Use | None:
    """What a declared function is given to work with, unless it is known to leave it alone."""
    start = one.function.ir.blocks[one.point.block].instructions[one.point.index]
    callee = package.function(one.spawn.callee)
    for index, argument in enumerate(start.call.args if type(start) is ir.Go else ()):
        what = lent.told(argument)
        if what and (callee is None or _works_with(callee.ir, index)):
            return _Use(what, one.spawn.span, one.function.name)
    return None


def _works_with(callee: ir.Function, index: int) -> bool:
    param = callee.params[index] if index < len(callee.params) else None
    return isinstance(param, Var) or any(
        param in touched(each) for block in callee.blocks for each in block.instructions
    )


def _finding(one: Outliving, use: _Use) -> Finding:
    sides = Sides(started_by(one.function.name), f"`{one.function.name}`")
    leave = span_in(one.function, one.leave)
    started = (
        () if use.span == one.spawn.span else (Related(one.spawn.span, "the goroutine is started here", sides.mine),)
    )
    return Finding(
        span=use.span,
        values={"what": use.what, "handler": one.function.name},
        because=("the server takes both back when the handler has returned",),
        related=(*started, Related(leave, "the handler returns here and doesn't wait", sides.theirs)),
        location=use.what,
        symbol=use.symbol,
        goroutine=sides.mine,
    )


def _last(place: ir.Place) -> str:
    last = place.steps[-1] if place.steps else None
    return last.name if type(last) is ir.Field else ""
