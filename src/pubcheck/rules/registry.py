"""From documents to detectors.

The documents are the list of rules. A rule's module is imported when the rule is going to run, so listing and
explaining rules costs no analysis.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

from pubcheck.spec import Module, RuleSpec, load_rules, module_name, rules_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Ballot
    from pubcheck.rules.finding import Finding
    from pubcheck.spec.options import Option

    Check = Callable[..., Iterator[Finding]]
    Vote = Callable[[PackageFacts], Iterator[Ballot]]


class OptionError(Exception):
    """An option that a rule doesn't have, or a value of the wrong type.

    Attributes:
        option: the option's name as written.
        reason: what is wrong, without the place.
    """

    def __init__(self, option: str, reason: str) -> None:
        """Say that ``reason`` holds for ``option``."""
        super().__init__(f"{option}: {reason}")
        self.option = option
        self.reason = reason


class Rule:
    """A rule that can run: what its document says, and what detects it."""

    def __init__(self, spec: RuleSpec, options: Mapping[str, Any] | None = None) -> None:
        """A rule by its document, run with ``options`` where they aren't to be the defaults."""
        self.spec = spec
        self._options = dict(options or {})

    @property
    def name(self) -> str:
        """The rule's name everywhere."""
        return self.spec.name

    @cached_property
    def _check(self) -> Check:
        if self._is_module:
            check: Check = import_module(module_name(self.name)).check
            return check
        from pubcheck.rules.query import detector  # noqa: PLC0415 only query rules need it

        return detector(self.spec)

    def prepare(self) -> None:
        """Import what detects it, which otherwise waits for the first package."""
        _ = self._check

    def __reduce__(self) -> tuple[object, ...]:
        return Rule, (self.spec, self._options)

    def check(self, package: PackageFacts) -> Iterator[Finding]:
        """What the rule finds in ``package``. Whatever its code raises comes out of here."""
        return self._check(package, **self._options)

    def vote(self, package: PackageFacts) -> Iterator[Ballot]:
        """What ``package`` says in polls that the rule's findings hang on, of whatever package they are."""
        return iter(()) if self._vote is None else self._vote(package)

    @cached_property
    def _vote(self) -> Vote | None:
        return getattr(import_module(module_name(self.name)), "vote", None) if self._is_module else None

    @property
    def _is_module(self) -> bool:
        return isinstance(self.spec.detection, Module)

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """What can be configured.

        Raises:
            TypeError: the rule's signature doesn't describe its options.
        """
        if not self._is_module:
            return ()
        from pubcheck.spec.options import options_of  # noqa: PLC0415 most runs set none

        return options_of(self._check)

    def configured(self, options: Mapping[str, Any]) -> Rule:
        """The rule with ``options``, hyphens or underscores in their names.

        Raises:
            OptionError: the rule has no such option, or the value has another type than the option.
        """
        known = {option.name: option for option in self.options}
        values = dict(self._options)
        for written, value in options.items():
            name = written.replace("-", "_")
            if name not in known:
                raise OptionError(written, f'unknown option "{written}" of {self.name}')
            values[name] = _converted(known[name], written, value)
        return Rule(self.spec, values)


def load(directories: tuple[Path, ...] = (), specs: Callable[..., Iterable[RuleSpec]] = load_rules) -> dict[str, Rule]:
    """Pubcheck's own rules and those of ``directories``, by name in the order of their names.

    Args:
        directories: hold a project's own documents.
        specs: gives what the documents in some folders say.

    Raises:
        SpecError: a document is wrong.
    """
    return {spec.name: Rule(spec) for spec in specs((rules_dir(), *directories))}


_PLAIN: dict[str, Any] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "tuple[str, ...]": tuple[str, ...],
    "tuple[int, ...]": tuple[int, ...],
}


def _converted(option: Option, written: str, value: object) -> object:
    kind = _PLAIN.get(option.type, type(option.default))
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise OptionError(written, str(error)) from None
