"""The tables name functions that exist, and effects mean what they say."""

from __future__ import annotations

import re

import pytest

from pubcheck import knowledge
from pubcheck.facts import AtomicKind, BlockKind, Mode, Start, Style
from pubcheck.knowledge import Knowledge, effects, tables
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.program import Program
from pubcheck.model.symbols import Func, TypeName
from pubcheck.model.types import Pointer, Signature

_METHOD = re.compile(r"\((\*?)(.*)\.(\w+)\)\.(\w+)")
_PROGRAM = Program(None)
_STANDARD = sorted(name for name in tables() if not re.match(r"\(?\*?[\w-]+\.[\w.]+/", name))


def _resolve(name: str) -> Func | None:
    method = _METHOD.fullmatch(name)
    if method is None:
        path, _, function = name.rpartition(".")
        package = _PROGRAM.import_(path, None)
        found = package.lookup(function) if package is not None else None
        return found if isinstance(found, Func) else None
    star, path, owner, function = method.groups()
    package = _PROGRAM.import_(path, None)
    declared = package.lookup(owner) if package is not None else None
    if not isinstance(declared, TypeName):
        return None
    selection = lookup_field_or_method(Pointer(declared.type) if star else declared.type, function, package)
    return selection.obj if selection is not None and isinstance(selection.obj, Func) else None


@pytest.mark.parametrize("name", _STANDARD)
def test_the_standard_library_has_it(name: str) -> None:
    func = _resolve(name)
    assert func is not None, name
    count = len(func.type.params) if isinstance(func.type, Signature) else 0
    count += func.receiver is not None
    for effect in effects(name):
        for index in (getattr(effect, "argument", None), getattr(effect, "subject", None)):
            assert index is None or index < count, f"{name} has no argument {index}"


def test_both_styles_of_atomics() -> None:
    (typed,) = effects("(*sync/atomic.Int64).CompareAndSwap")
    (plain,) = effects("sync/atomic.AddUint32")
    assert typed == knowledge.AtomicOp(AtomicKind.CAS, Style.TYPED, 64)
    assert plain == knowledge.AtomicOp(AtomicKind.ADD, Style.FUNCTION, 32)
    assert effects("(*sync/atomic.Bool).Add") == ()


def test_locks() -> None:
    assert effects("(*sync.RWMutex).RLock") == (knowledge.Acquires(Mode.SHARED),)
    assert effects("(sync.Locker).Unlock") == (knowledge.Releases(Mode.EXCLUSIVE),)


def test_rows_of_several_tables_are_merged() -> None:
    assert set(effects("sort.Slice")) == {knowledge.CallsFunction(1), knowledge.Mutates(0)}
    assert knowledge.StartsFunction(1, Start.STARTER) in effects("(*sync.WaitGroup).Go")


def test_unknown_functions_do_nothing() -> None:
    assert effects("corp/db.Open") == ()
    assert effects("(*bytes.Buffer).Write") == ()


@pytest.mark.parametrize(
    ("pattern", "name", "waits"),
    [
        ("corp/db.*", "corp/db.Open", True),
        ("corp/db.*", "(*corp/db.Conn).Query", True),
        ("corp/db.Conn.*", "(*corp/db.Conn).Query", True),
        ("corp/db.Conn.*", "corp/db.Open", False),
        ("*.Flush", "(*bufio.Writer).Flush", True),
        ("corp/db.*", "time.Sleep", False),
    ],
)
def test_configured_patterns(pattern: str, name: str, waits: bool) -> None:
    found = Knowledge((pattern,)).effects(name)
    assert (knowledge.Blocks(BlockKind.CUSTOM) in found) is waits
