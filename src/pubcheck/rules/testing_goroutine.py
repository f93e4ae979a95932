"""A goroutine of a test ends the test: it ends itself alone."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.relevance import bodies
from pubcheck.analysis.remembering import while_same
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import Start
from pubcheck.flow import ir
from pubcheck.knowledge import ASSERTING, Knowledge, StartsFunction
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.failures import fail_and_return
from pubcheck.rules.support.endings import imported_as
from pubcheck.rules.support.testers import StandIns, is_test, is_tester
from pubcheck.rules.support.wording import source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.model.package import GoSource
    from pubcheck.model.symbols import Func, Var

_TESTING = b'"testing"'
_ENDING = frozenset(("Fatal", "Fatalf", "FailNow", "Skip", "Skipf", "SkipNow"))
_STARTS = re.compile(rb"go(?<=\bgo)\s+[\w(]|\.(?:Try)?Go\(|AfterFunc\(|RunParallel\(|\.Run\([^\n]*func\((?!t \*)")
_MAY_START = (b"go ", b"go\t", b"go\n", b"go\r", b"Go(", b"AfterFunc(", b"RunParallel(", b".Run(")
"""Of these each match of ``_STARTS`` holds one: most functions hold none, and bytes are found faster than patterns."""
_CALLED = re.compile(rb"\b(\w+)\(")
_WORD = re.compile(rb"\w+")
_LITERALS = re.compile(rb"^([^\n]*?):?=\s*func\(", re.MULTILINE)
"""What stands before a literal that is given a name."""
_RUNS = frozenset(("(*testing.T).Run", "(*testing.B).Run"))
_WORKERS = "(*testing.B).RunParallel"
_MAKING = frozenset(("New", "Check"))
"""Functions of asserting packages that end nothing themselves."""
_OF_SUITE = re.compile(r"\.Require\(\)\.\w+$")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find goroutines that end the test, or what they take for it, by themselves or by a helper."""
    texts = tuple(file.source.data for file in package.package.files if file.source.holds(_TESTING))
    if texts:
        yield from while_same(package, "testing-goroutine", texts, lambda: _Search(package).findings())


class _End(NamedTuple):
    """A call that ends the test, in ``path``, and the helper around it that a goroutine calls."""

    call: ir.Call | ir.Defer
    path: str
    helper: str = ""

    @property
    def span(self) -> Span:
        return Span(self.path, self.call.pos, self.call.end)


class _Goroutine(NamedTuple):
    """``function`` is started at ``start``; ``named``: it is declared; ``worker``: one of a benchmark's several."""

    start: Span
    function: ir.Function
    named: bool = False
    worker: bool = False


class _Search:
    """The tests of one package, and what helps them."""

    def __init__(self, package: PackageFacts) -> None:
        self._package = package
        self._knowledge = Knowledge()
        self._texts: dict[Func, bytes] = {}
        self._stand_ins = StandIns(self._makes_assertions)
        files = (file for file in package.package.files if file.source.holds(_TESTING))
        self._endings = {file.source.path: _ending(file) for file in files}
        for tests in (True, False):
            self._texts.update(
                (func, body) for func, body in bodies(package.package, tests=tests) if func.path in self._endings
            )

    @cached_property
    def _helpers(self) -> frozenset[bytes]:
        """Names of functions in whose text a test is ended."""
        return frozenset(func.name.encode() for func, body in self._texts.items() if self._ends_in(func, body))

    def _ends_in(self, func: Func, text: bytes) -> bool:
        """Whether a test is ended in ``text``, which is of ``func``."""
        return self._endings[func.path].search(text) is not None

    def findings(self) -> Iterator[Finding]:
        told: set[Span] = set()
        for finding in self._all():
            if finding.span not in told:
                told.add(finding.span)
                yield finding

    def _all(self) -> Iterator[Finding]:
        for func, body in self._texts.items():
            if self._may_end(func, body):
                function = self._package.lowered(func)
                if function is not None:
                    yield from self._in_function(function)

    def _may_end(self, func: Func, body: bytes) -> bool:
        """Whether the text of a function starts something that may end a test: most tests start what does not."""
        starts = list(_STARTS.finditer(body)) if any(map(body.__contains__, _MAY_START)) else ()
        if not starts or not (self._ends_in(func, body) or not self._helpers.isdisjoint(_CALLED.findall(body))):
            return False
        ending = self._helpers | {word for line in _LITERALS.findall(body) for word in _WORD.findall(line)}
        for start in starts:
            chunk = _started_text(body, start)
            if self._ends_in(func, chunk):
                return True
            named = (_CALLED if b"func(" in chunk else _WORD).findall(chunk)
            if not ending.isdisjoint(named):
                return True
        return False

    def _in_function(self, function: ir.Function) -> Iterator[Finding]:
        self._stand_ins.note(function)
        for goroutine in self._started(function):
            ends = [*self._ends(goroutine.function), *self._by_helpers(goroutine.function)]
            if ends:
                yield self._finding(goroutine, min(ends, key=lambda each: each.span))
        for block in function.blocks:
            for each in block.instructions:
                if type(each) is ir.Go and self._is_end(function, each.call):
                    yield self._ended_at_once(Span(function.path, each.pos, each.end))
        yield from self._in_subtests(function)
        for literal in _literals(function).values():
            yield from self._in_function(literal)

    def _in_subtests(self, function: ir.Function) -> Iterator[Finding]:
        """Subtests that end the test around them, which waits for them on another goroutine."""
        literals = _literals(function)
        for block in function.blocks:
            for each in block.instructions:
                given = each.call.args[-1] if type(each) is ir.Call and _runs_subtest(each.call) else None
                literal = literals.get(given) if isinstance(given, int) else None
                if literal is not None:
                    ends = (
                        _End(one, literal.path)
                        for at in literal.blocks
                        for one in at.instructions
                        if isinstance(one, ir.Call | ir.Defer) and self._is_end(literal, one.call)
                        if _ends_outer(literal, one.call)
                    )
                    end = min(ends, key=lambda one: one.span, default=None)
                    if end is not None:
                        yield self._of_outer(end, Span(function.path, each.pos, each.end))

    def _of_outer(self, end: _End, run: Span) -> Finding:
        call = _called(source_text(end.span, self._package))
        return Finding(
            span=end.span,
            values={"call": call, "ends": "ends"},
            message=f"`{call}` is about the test around this subtest, and ends the subtest alone",
            because=("a subtest runs on a goroutine of its own, and the test around it finds itself ended by another",),
            related=(Related(run, "the subtest is started here"),),
            help="call it on the subtest's own parameter",
        )

    # --- what runs on a goroutine

    def _started(self, function: ir.Function) -> Iterator[_Goroutine]:
        literals = _literals(function)
        for block in function.blocks:
            for each in block.instructions:
                start = Span(function.path, each.pos, each.end)
                given: ir.Operand | None = None
                worker = False
                if type(each) is ir.Go:
                    callee = each.call.callee
                    if type(callee) is ir.StaticCallee:
                        yield from self._named(start, callee.func)
                    given = callee.value if type(callee) is ir.DynamicCallee else None
                elif type(each) is ir.Call:
                    given = self._given_to_starter(each.call)
                    worker = _runs_workers(each.call)
                if isinstance(given, int) and given in literals:
                    yield _Goroutine(start, literals[given], worker=worker)
                elif type(given) is ir.FuncValue:
                    yield from self._named(start, given.func)

    def _named(self, start: Span, func: Func) -> Iterator[_Goroutine]:
        function = self._function(func)
        if function is not None:
            yield _Goroutine(start, function, named=True)

    def _given_to_starter(self, call: ir.CallInfo) -> ir.Operand | None:
        """The function value that the callee runs on another goroutine."""
        if type(call.callee) is not ir.StaticCallee:
            return None
        if _runs_workers(call):
            return call.args[1]
        for effect in self._knowledge.effects(call.callee.func.full_name):
            if type(effect) is StartsFunction and effect.start is Start.STARTER and effect.argument < len(call.args):
                return call.args[effect.argument]
        return None

    def _function(self, func: Func) -> ir.Function | None:
        """The instructions of a function that may end a test."""
        body = self._texts.get(func)
        return self._package.lowered(func) if body is not None and self._ends_in(func, body) else None

    # --- what ends a test

    def _ends(self, function: ir.Function) -> Iterator[_End]:
        """The calls in ``function``, or in literals that it calls itself, that end the test."""
        literals = _literals(function)
        for block in function.blocks:
            for each in block.instructions:
                if isinstance(each, ir.Call | ir.Defer) and self._is_end(function, each.call):
                    yield _End(each, function.path)
                elif isinstance(each, ir.Call | ir.Defer) and type(each.call.callee) is ir.DynamicCallee:
                    value = each.call.callee.value
                    if isinstance(value, int) and value in literals:
                        yield from self._ends(literals[value])

    def _is_end(self, function: ir.Function, call: ir.CallInfo) -> bool:
        callee = call.callee
        match callee:
            case ir.StaticCallee(func=func) | ir.InterfaceCallee(func=func):
                if func.receiver is not None and func.name in _ENDING:
                    return is_tester(func.receiver)
                asserts = func.package is not None and func.package.path in ASSERTING and func.name not in _MAKING
                return asserts and not self._stand_ins.is_given(function, call)
            case ir.UnknownCallee(source=source):
                qualifier, _, name = source.partition(".")
                if imported_as(self._package, function.path, qualifier) in ASSERTING:
                    return name.isidentifier() and name not in _MAKING and not self._stand_ins.is_given(function, call)
                return _OF_SUITE.search(source) is not None
        return False

    def _makes_assertions(self, function: ir.Function, call: ir.CallInfo) -> bool:
        """Whether it makes assertions of the test, as ``require.New`` does."""
        match call.callee:
            case ir.StaticCallee(func=func):
                return func.package is not None and func.package.path in ASSERTING and func.name in _MAKING
            case ir.UnknownCallee(source=source):
                qualifier, _, name = source.partition(".")
                return name in _MAKING and imported_as(self._package, function.path, qualifier) in ASSERTING
        return False

    def _by_helpers(self, function: ir.Function) -> Iterator[_End]:
        """Calls in ``function`` of functions that are given the test and end it themselves."""
        for block in function.blocks:
            for each in block.instructions:
                if type(each) is not ir.Call or type(each.call.callee) is not ir.StaticCallee:
                    continue
                func = each.call.callee.func
                if func in self._texts and any(is_test(function, argument) for argument in each.call.args):
                    helper = self._function(func)
                    end = next(self._ends(helper), None) if helper is not None else None
                    if end is not None:
                        yield _End(each, function.path, func.name)

    def _ended_at_once(self, start: Span) -> Finding:
        """What is told of a ``go`` statement that calls nothing but what ends a test."""
        text = _called(source_text(start, self._package))
        return Finding(span=start, values={"call": text, "ends": "ends"})

    def _finding(self, goroutine: _Goroutine, end: _End) -> Finding:
        text = _called(source_text(end.span, self._package))
        if goroutine.named:
            # The function may do well where it is called.
            return Finding(
                span=goroutine.start,
                values={"call": text, "ends": "may end"},
                because=(f"`{goroutine.function.name}` runs on a goroutine of its own here",),
                related=(Related(end.span, f"calls `{text}`"),),
            )
        unsure = Confidence.MEDIUM if end.helper else None
        return Finding(
            span=end.span,
            values={"call": text, "ends": "may end" if end.helper else "ends"},
            because=(f"`{end.helper}` ends the test that it is given",) if end.helper else (),
            related=(Related(goroutine.start, "the goroutine is started here"),),
            fixes=self._fixes(goroutine),
            # The benchmark ends when its other workers have: most are content with that.
            confidence=Confidence.LOW if goroutine.worker else unsure,
        )

    def _fixes(self, goroutine: _Goroutine) -> tuple[Fix, ...]:
        found = list(self._ends(goroutine.function))
        if any(type(one.call) is ir.Defer for one in found):
            return ()
        ends = [one.span for one in found]
        return fail_and_return(self._package, goroutine.function.pos, ends)


def _called(text: str) -> str:
    """What a call, a ``go`` or a ``defer`` statement calls, as written."""
    text = text.removeprefix("go ").removeprefix("defer ").lstrip()
    receiver = text.find(")") if text.startswith("(") else 0
    return text[:at] if (at := text.find("(", receiver)) > 0 else text


def _runs_subtest(call: ir.CallInfo) -> bool:
    return type(call.callee) is ir.StaticCallee and call.callee.func.full_name in _RUNS


def _ends_outer(literal: ir.Function, call: ir.CallInfo) -> bool:
    """Whether the test that is ended was there before ``literal``, which has its own."""
    tester = call.args[0] if call.args else None
    roots: dict[int, int | Var] = {}
    for block in literal.blocks:
        for each in block.instructions:
            # What ends a test is a method of a part of it.
            if type(each) is ir.Address or (type(each) is ir.Load and not each.place.steps):
                roots[each.target] = each.place.root
    known = roots.get(tester) if isinstance(tester, int) else None
    return (roots.get(known) if isinstance(known, int) else known) in literal.captures


def _ending(file: GoSource) -> re.Pattern[bytes]:
    """What the text of ``file`` holds where it ends a test."""
    asserting = (each for each in file.tree.file.imports if each.path in ASSERTING)
    names = (each.name or each.path.rpartition("/")[2] for each in asserting)
    return _ends_by(frozenset(name for name in names if name.isidentifier()))


@cache
def _ends_by(qualifiers: frozenset[str]) -> re.Pattern[bytes]:
    """As ``_ending``, of a file that calls packages whose functions end tests by ``qualifiers``."""
    # Each begins with a letter of its own, and looks back from there: only then the search is a quick one.
    named = [rf"|{name[0]}(?<=\b{name[0]}){re.escape(name[1:])}\." for name in sorted(qualifiers)]
    return re.compile((r"\.(?:Fatalf?|FailNow|SkipNow|Skipf?)\(|\.Require\(\)" + "".join(named)).encode())


def _started_text(body: bytes, start: re.Match[bytes]) -> bytes:
    """The statement that begins with ``start``, to the brace that ends it as ``gofmt`` puts it; none in a comment."""
    first = body.rfind(b"\n", 0, start.start()) + 1
    if body[first : start.start()].lstrip().startswith(b"//"):
        return b""
    line = body[first : end if (end := body.find(b"\n", start.end())) >= 0 else len(body)].rstrip()
    if not line.endswith((b"{", b"(", b",")):
        return line
    indent = line[: len(line) - len(line.lstrip())]
    closed = body.find(b"\n" + indent + (b")" if line.endswith((b"(", b",")) else b"}"), start.end())
    return body[first:] if closed < 0 else body[first : closed + 1 + len(indent) + 1]


def _runs_workers(call: ir.CallInfo) -> bool:
    """Whether the function that it is given runs on each of several goroutines of a benchmark."""
    return type(call.callee) is ir.StaticCallee and call.callee.func.full_name == _WORKERS and len(call.args) > 1


def _literals(function: ir.Function) -> dict[int, ir.Function]:
    """The literals in ``function`` by the register that holds them."""
    return {
        each.target: each.function
        for block in function.blocks
        for each in block.instructions
        if type(each) is ir.Closure
    }
