"""Function literals that a ``singleflight.Group`` runs once at a time for each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.names import definitions, origins

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.rules.support.names import Name

_GROUPS = ("golang.org/x/sync/singleflight.Group).Do", "internal/singleflight.Group).Do")


def flight_key(package: PackageFacts, literal: FunctionFacts) -> Name | None:
    """What names the key in the function that ``literal`` stands in; None where it isn't run by a group.

    A variable has the same name in the literal.
    """
    maker = package.function(literal.enclosing) if literal.enclosing else None
    if maker is None:
        return None
    for call in maker.calls:
        info = call_info(maker.ir, call.point) if call.callee.removesuffix("Chan").endswith(_GROUPS) else None
        if info is None or len(info.args) != len(("group", "key", "function")):
            continue
        made = definitions(maker.ir)
        _, key, flown = info.args
        closures = made.get(flown, ()) if isinstance(flown, int) else ()
        if any(isinstance(each, ir.Closure) and each.function is literal.ir for _, each in closures):
            found = list(origins(maker.ir, key, made)) if isinstance(key, int) else []
            return found[0] if len(found) == 1 else None
    return None
