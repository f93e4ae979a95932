from __future__ import annotations

import pytest

from pubcheck.spec.options import Option, options_of


def test_options_are_keyword_only_parameters() -> None:
    def check(package: object, *, limit: int = 3, names: tuple[str, ...] = ()) -> None:
        """Find.

        Args:
            package: the facts.
            limit: how many
                are allowed.
            names: which ones.

        Yields:
            findings: none.
        """

    assert options_of(check) == (
        Option("limit", "int", 3, "how many are allowed."),
        Option("names", "tuple[str, ...]", (), "which ones."),
    )


def test_a_rule_without_options() -> None:
    def check(package: object) -> None:
        """Find."""

    assert options_of(check) == ()


def test_an_option_says_what_it_is() -> None:
    def check(package: object, *, limit: int = 3) -> None:
        """Find."""

    with pytest.raises(TypeError, match=r"test_options.py:\d+: option `limit` needs a type, a default and a line"):
        options_of(check)
