"""Room behind the fields of a struct, so that no two of them in a row share a cache line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.sizes import Sizes
from pubcheck.model.types import Named
from pubcheck.rules.fixes.declarations import declared_last

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Fix
    from pubcheck.model.types import Type


def pad(package: PackageFacts, item: Type, line: int) -> tuple[Fix, ...]:
    """Padding of ``item``, a struct of this package, to a multiple of ``line`` bytes.

    It must be of one size on all targets: a number of bytes that is right for some only would be wrong for the others.
    """
    sizes = {Sizes(target).sizeof(item) for target in ("amd64", "386")}
    size = sizes.pop()
    if sizes or not size or not isinstance(item, Named) or item.args:
        return ()
    last = declared_last(package, item.symbol)
    draft = last.add("_", f"[{-size % line}]byte") if last is not None else None
    return draft.fix(f"Pad it to {size + -size % line} bytes", safe=False) if draft is not None else ()
