"""A send, receive or close of a channel that nobody makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import all_once_a_function
from pubcheck.diagnostic import Related
from pubcheck.flow import ir
from pubcheck.model.symbols import TypeName, Var, VarKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.loops import make_channel
from pubcheck.rules.support.reading import mentions, span_in
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.model.package import GoSource

_MAKE = re.compile(rb"make\(chan\b")
_TARGET = re.compile(rb"(\w+)\s*(?::|:?=)\s*\Z")
MAX_NAME = 120
"""Bytes before a ``make`` in which the name of what it is assigned to is looked for."""
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)
_PASSED = frozenset(("move", "convert"))


class _Keeper(NamedTuple):
    """What a channel is kept in: a variable, or the field of that name of the package's type ``owner``."""

    name: str
    variable: Var | None = None
    owner: TypeName | None = None

    @property
    def local(self) -> bool:
        return self.variable is not None and self.variable.kind is not VarKind.GLOBAL

    def __str__(self) -> str:
        return self.name if self.owner is None else f"{self.owner.name}.{self.name}"


class _Use(NamedTuple):
    """The first operation on the channel in ``keeper``."""

    function: FunctionFacts
    instruction: ir.Instruction
    keeper: _Keeper
    verb: str

    @property
    def span(self) -> Span:
        return span_in(self.function, self.instruction)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find operations on channels that are nil for as long as they live."""
    if not mentions(package, b"chan"):
        return
    told: dict[_Keeper, _Use] = {}
    for use in _used(package):
        told[use.keeper] = min(use, told.get(use.keeper, use), key=lambda each: each.span)
    local = {use.function.ir.path for use in told.values() if use.keeper.local}
    assigned = {var for path, var in _assigned_to(package) if path in local}
    texts: list[bytes] = []
    made: set[bytes] | None = None
    for use in told.values():
        if use.keeper.local:
            if use.keeper.variable not in assigned:
                yield _finding(package, use)
            continue
        if made is None:
            made = {name for file in package.package.files for name in _made_in(package, file)}
        if use.keeper.name.encode() not in made:
            texts = texts or [_code(file) for file in package.package.files]
            if _has_owner(use.keeper, texts) and not any(_may_make(use.keeper, text) for text in texts):
                yield _finding(package, use)


def _code(file: GoSource) -> bytes:
    """The text of a file without its comments."""
    return _COMMENT.sub(b"", file.source.data)


def _made_in(package: PackageFacts, file: GoSource) -> frozenset[bytes]:
    return package.answer((_made, file.source.path), lambda: frozenset(_made(_code(file))))


@by_portion
def _used(package: PackageFacts, portion: Portion) -> Iterator[_Use]:
    """The operations of functions that do any."""
    for function in portion.functions:
        if function.channels and not function.test:
            yield from _uses(function, package)


@by_portion
def _assigned_to(_package: PackageFacts, portion: Portion) -> Iterator[tuple[str, Var]]:
    for function in portion.functions:
        yield from ((function.ir.path, var) for var in _assigned_in(function))


@all_once_a_function
def _uses(function: FunctionFacts, package: PackageFacts) -> Iterator[_Use]:
    names = Names(function)
    for block in function.ir.blocks:
        for instruction in block.instructions:
            verb = _VERBS.get(type(instruction))
            channel = None if verb is None else _channel(instruction)
            keeper = None if channel is None else _keeper(package, function, names, channel)
            if verb is not None and keeper is not None:
                yield _Use(function, instruction, keeper, verb)


_VERBS: dict[type[ir.Instruction], str] = {ir.Send: "send on", ir.Receive: "receive from", ir.Close: "close of"}
_ASSIGNING = frozenset((ir.Store, ir.Address))


def _channel(instruction: ir.Instruction) -> int | None:
    """The channel of an operation that has nothing else to wait for."""
    if isinstance(instruction, ir.Send | ir.Receive | ir.Close):
        alone = getattr(instruction, "in_select", None) is None
        return instruction.channel if alone and isinstance(instruction.channel, int) else None
    return None


@all_once_a_function
def _assigned_in(function: FunctionFacts) -> Iterator[Var]:
    for block in function.ir.blocks:
        for instruction in block.instructions:
            if type(instruction) in _ASSIGNING:
                yield from _assigned(instruction)


def _assigned(instruction: ir.Instruction) -> Iterator[Var]:
    """Variables that get a value, or whose address others get."""
    match instruction:
        case ir.Store(place=ir.Place(root=Var() as var, steps=()), value=value):
            if not (type(value) is ir.Const and value.known and value.value is None):
                yield var
        case ir.Address(place=ir.Place(root=Var() as var)):
            yield var


def _keeper(package: PackageFacts, function: FunctionFacts, names: Names, channel: int) -> _Keeper | None:
    """What ``channel`` is kept in, where all that is ever put there can be seen."""
    made = names.made.get(channel)
    if type(made) is ir.Compute and made.op in _PASSED and type(made.operands[0]) is ir.Const:
        variable = function.ir.register_vars.get(channel)
        return _Keeper(variable.name, variable) if variable is not None and made.operands[0].value is None else None
    if type(made) is not ir.Load:
        return None
    root, steps = made.place.root, made.place.steps
    if isinstance(root, Var) and not steps:
        if root.kind is VarKind.LOCAL or (root.kind is VarKind.GLOBAL and _is_own(package, root.package, root.name)):
            return _Keeper(root.name, root)
    elif steps and type(steps[-1]) is ir.Field and steps[-1].owner is not None:
        field = steps[-1]
        if _is_own(package, steps[-1].owner.package, field.name):
            return _Keeper(field.name, owner=field.owner)
    return None


def _is_own(package: PackageFacts, declaring: object, name: str) -> bool:
    """Whether only the package itself can assign what it declares by this name."""
    return declaring is package.package and (not name[:1].isupper() or package.package.name == "main")


def _has_owner(keeper: _Keeper, texts: list[bytes]) -> bool:
    """Whether the package makes an object with the field: others, who can't name it, can't be asked."""
    if keeper.owner is None:
        return True
    name = re.escape(keeper.owner.name.encode())
    made = (
        re.compile(name + rb"(?<=\b" + name + rb")(?:\[[^\]\n]*\])?\{"),
        re.compile(rb"new(?<=\bnew)\(" + name + rb"\b"),
    )
    return any(pattern.search(text) for text in texts for pattern in made)


def _made(text: bytes) -> Iterator[bytes]:
    """Names that a file makes channels for, which most are: of those nothing else has to be asked."""
    for make in _MAKE.finditer(text):
        target = _TARGET.search(text, max(make.start() - MAX_NAME, 0), make.start())
        if target is not None:
            yield target[1]


def _may_make(keeper: _Keeper, text: bytes) -> bool:
    """Whether the text of a file mentions the name other than to declare it, or to send, receive or close."""
    written = keeper.name.encode()
    lines = b"\n".join([line for line in text.splitlines() if written in line] if written in text else ())
    name = re.escape(written)
    path = rb"(?:\w+(?:\[\w+\])?\.)*" + name + rb"\b"
    harmless = (
        rb"<-\s*" + path + rb"|" + path + rb"\s*<-(?!\s*chan\b)|\brange\s+" + path + rb"(?=\s*\{)"
        rb"|\b(?:close|len|cap)\(" + path + rb"\)"
        rb"|(?<=[\n\t({; ])" + name + rb"(?:\s*,\s*\w+)*\s+(?:<-\s*)?chan\b(?![^\n]*=)"
    )
    if re.search(rb"\b" + name + rb"\b", re.sub(harmless, b"", b"\n" + lines)):
        return True
    if keeper.owner is None or keeper.owner.name.encode() not in text:
        return False
    # A literal without keys gives all fields a value.
    literal = rb"\b" + re.escape(keeper.owner.name.encode()) + rb"(?:\[[^\]\n]*\])?\{\s*(?!\w+\s*:|\})"
    return re.search(literal, text) is not None


def _finding(package: PackageFacts, use: _Use) -> Finding:
    keeper = use.keeper
    variable = keeper.variable
    consequence = "panics" if type(use.instruction) is ir.Close else "waits for ever"
    return Finding(
        span=use.span,
        values={"verb": use.verb, "channel": str(keeper), "consequence": consequence},
        because=(f"nothing in the package assigns `{keeper}`: it is nil",),
        related=(Related(_declaration(variable), f"`{keeper}` is declared here"),) if variable is not None else (),
        fixes=make_channel(package, _declaration(variable)) if variable is not None else (),
        location=str(keeper),
        symbol=use.function.name,
    )


def _declaration(variable: Var) -> Span:
    return Span(variable.path, variable.pos, variable.pos + len(variable.name.encode()))
