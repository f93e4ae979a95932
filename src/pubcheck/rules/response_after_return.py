"""A goroutine writes the response, or reads the request's body, when the handler may have returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.handlers import handles
from pubcheck.diagnostic import Related
from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.finding import Finding
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
            finding = _finding(one)
            if finding is not None:
                yield finding


def _finding(one: Outliving) -> Finding | None:
    body = one.thread.facts
    if body is None:
        return None
    writer, request = _parameters(one.function.ir)
    sides = Sides(started_by(one.function.name), f"`{one.function.name}`")
    leave = span_in(one.function, one.leave)
    for function in within(body.ir):
        loaded: set[int] = set()
        for block in function.blocks:
            for each in block.instructions:
                what = _use(each, writer, request, loaded)
                if what:
                    return Finding(
                        span=Span(function.path, each.pos, each.end),
                        values={"what": what, "handler": one.function.name},
                        because=("the server takes both back when the handler has returned",),
                        related=(
                            Related(one.spawn.span, "the goroutine is started here", sides.mine),
                            Related(leave, "the handler returns here and doesn't wait", sides.theirs),
                        ),
                        location=what,
                        symbol=function.name,
                        goroutine=sides.mine,
                    )
    return None


def _parameters(handler: ir.Function) -> tuple[Var | None, Var | None]:
    """The variables of the response and the request; None where no literal can capture them."""
    writer, request = handler.params[-2:]
    return writer if isinstance(writer, Var) else None, request if isinstance(request, Var) else None


def _use(each: ir.Instruction, writer: Var | None, request: Var | None, loaded: set[int]) -> str:
    """What ``each`` uses of what is only there during the request; ``loaded`` gathers the request's registers."""
    if type(each) is ir.Load:
        place = each.place
        if writer is not None and place.root == writer:
            return f"`{writer.name}`"
        if request is not None and place.root == request and not place.steps:
            loaded.add(each.target)
        elif request is not None and place.root in loaded and _last(place) == "Body":
            return f"`{request.name}.Body`"
    elif request is not None and called(each) in _READS_BODY and each.call.args[0] in loaded:  # type: ignore[attr-defined]
        return f"the body of `{request.name}`"
    return ""


def _last(place: ir.Place) -> str:
    last = place.steps[-1] if place.steps else None
    return last.name if type(last) is ir.Field else ""
