"""Code that only tests run, wherever it stands: who imports ``testing`` is a test's helper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.remembering import once_for_facts
from pubcheck.rules.support.certainty import is_for_tests

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts


def serves_tests(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether ``function`` stands in a ``_test.go`` file, one that imports ``testing``, or a package for tests."""
    return function.test or function.path in _importers(package) or is_for_tests(package)


@once_for_facts
def _importers(package: PackageFacts) -> frozenset[str]:
    return frozenset(
        file.source.path
        for file in package.package.files
        if any(each.path == "testing" for each in file.tree.file.imports)
    )
