"""What a test is failed by: what package testing hands out, or a stand-in that has a way of its own to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.model.lookup import method_of
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import Func, Var
from pubcheck.model.types import UNKNOWN, Interface, Named, Pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.model.symbols import TypeName

_TESTERS = frozenset(("T", "B", "F", "TB", "common"))


def is_tester(symbol: TypeName) -> bool:
    """Whether it is one of the types of package testing that end a test."""
    return symbol.package is not None and symbol.package.path == "testing" and symbol.name in _TESTERS


def is_test(function: ir.Function, operand: ir.Operand) -> bool:
    """Whether ``operand`` is the test, as package testing hands it out."""
    type_ = function.register_types.get(operand) if isinstance(operand, int) else None
    if type(type_) is Pointer:
        type_ = type_.element
    return type(type_) is Named and is_tester(type_.symbol)


class StandIns:
    """Values that assertions are given in the place of the test, whose ``FailNow`` may well panic."""

    def __init__(self, made_for_it: Callable[[ir.Function, ir.CallInfo], bool]) -> None:
        """Nothing was seen yet; ``made_for_it`` tells the calls that make assertions of the test itself."""
        self._made_for_it = made_for_it
        self._variables: set[Var] = set()

    def note(self, function: ir.Function) -> None:
        """Remember variables of ``function`` that its literals may capture."""
        self._variables.update(each for each in self._made_here(function) if isinstance(each, Var))

    def is_given(self, function: ir.Function, call: ir.CallInfo) -> bool:
        """Whether the assertion ``call`` gets something that has a ``FailNow`` of its own.

        Where its type isn't known, that is a struct that is written down as it is, and what was made of the test.
        """
        given = call.args[0] if call.args else None
        type_ = function.register_types.get(given) if isinstance(given, int) else None
        if type_ is None:
            return False
        if type_ is UNKNOWN:
            loads = (each for block in function.blocks for each in block.instructions if type(each) is ir.Load)
            root = next((each.place.root for each in loads if each.target == given and not each.place.steps), None)
            return root in self._variables or given in set(self._made_here(function))
        selection = method_of(type_, "FailNow")
        failing = selection.obj if selection is not None else None
        if not isinstance(failing, Func) or failing.receiver is None:
            return False
        return not (is_tester(failing.receiver) or isinstance(underlying(failing.receiver.type), Interface))

    def _made_here(self, function: ir.Function) -> Iterator[int | Var]:
        """Registers and variables of ``function`` that hold a struct, or what was made of the test, of unknown type."""
        made: set[ir.Operand] = set()
        for block in function.blocks:
            for each in block.instructions:
                if type(each) is ir.Compute and each.op == "struct" and each.type is UNKNOWN:
                    made.add(each.target)
                    yield each.target
                elif type(each) is ir.Call and self._makes_another(function, each.call):
                    unknown = [target for target in each.targets if function.register_types.get(target) is UNKNOWN]
                    made.update(unknown)
                    yield from unknown
                elif type(each) is ir.Store and each.value in made and isinstance(each.place.root, Var):
                    yield each.place.root

    def _makes_another(self, function: ir.Function, call: ir.CallInfo) -> bool:
        return any(is_test(function, arg) for arg in call.args) and not self._made_for_it(function, call)
