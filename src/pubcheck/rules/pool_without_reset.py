"""What comes out of a pool still holds what its last user left, and nobody empties it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.model.lookup import lookup_field_or_method
from pubcheck.model.symbols import Func
from pubcheck.model.types import Named
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.pooled_types import pooled
from pubcheck.rules.support.wording import source_text, type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.pooled_types import Pooled

_EMPTIES = (b".Reset(", b".Truncate(", b".reset(")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find Gets of objects that have a Reset which the package never calls; one finding a pool."""
    sites = pooled(package)
    if not sites or _empties_something(package):
        return
    given = [site for site in sites if site.given]
    told: set[str] = set()
    for site in sites:
        pool = str(site.pool.location) if site.pool is not None else ""
        puts = [each for each in given if each.pool is not None and str(each.pool.location) == pool]
        if site.given or not pool or pool in told or not puts or not _has_reset(package, site):
            continue
        if any(_is_overwritten(package, each) for each in (site, *puts)):
            continue
        told.add(pool)
        yield Finding(
            span=site.call.span,
            values={"type": type_name(site.element, package)},
            because=("neither here nor where it is put back its Reset is called",),
            related=(Related(puts[0].call.span, "it is put back here"),),
            location=pool,
            symbol=site.function.name,
            anywhere=True,
        )


def _empties_something(package: PackageFacts) -> bool:
    files = (file for file in package.package.files if not file.source.path.endswith("_test.go"))
    return any(file.source.holds(word) for file in files for word in _EMPTIES)


def _has_reset(package: PackageFacts, site: Pooled) -> bool:
    found = lookup_field_or_method(site.type, "Reset", package.package)
    return isinstance(site.element, Named) and found is not None and isinstance(found.obj, Func)


def _is_overwritten(package: PackageFacts, site: Pooled) -> bool:
    """Whether the function assigns a new value as a whole: ``*b = Buffer{}``."""
    return f"= {type_name(site.element, package)}{{" in source_text(site.function.span, package)
