"""From words in the configuration to the rules that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.engine.builtin import BUILTIN_RULES
from pubcheck.engine.config import ConfigError
from pubcheck.engine.words import suggestion
from pubcheck.rules.registry import OptionError, Rule
from pubcheck.spec import Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pubcheck.engine.config import Config

ALL = "all"
DEFAULT = "default"


class Selection:
    """Which rules run, with which options.

    Attributes:
        rules: the rules that run, sorted by name.
        active: their names.
        by_name: those that were selected by their own name.
        ignored: names that don't run though they exist, the engine's own included.
        known: every name there is, the engine's own included.
    """

    def __init__(self, config: Config, rules: Mapping[str, Rule]) -> None:
        """Decide by ``config`` which of ``rules`` run.

        Raises:
            ConfigError: a word names nothing, or an option doesn't fit its rule.
        """
        self.known = frozenset(rules) | frozenset(BUILTIN_RULES)
        _check_words("select", config.select, self.known)
        _check_words("ignore", config.ignore, self.known)
        _check_names("severity", config.severity, self.known)
        _check_names("rules", config.rules, frozenset(rules))
        chosen = _named(config.select, rules) - _named(config.ignore, rules)
        self.rules = tuple(_configured(rules[name], config) for name in sorted(chosen))
        self.active = frozenset(chosen)
        self.by_name = self.active & frozenset(config.select)
        self.ignored = (frozenset(rules) - self.active) | (frozenset(config.ignore) & frozenset(BUILTIN_RULES))


def _check_words(key: str, words: Iterable[str], known: frozenset[str]) -> None:
    accepted = known | {ALL, DEFAULT} | {category.value for category in Category}
    for word in words:
        if word not in accepted:
            raise ConfigError(f'unknown rule or category "{word}" in {key}{suggestion(word, sorted(accepted))}')


def _check_names(key: str, names: Iterable[str], known: frozenset[str]) -> None:
    for name in names:
        if name not in known:
            raise ConfigError(f'unknown rule "{name}" in {key}{suggestion(name, sorted(known))}')


def _named(words: Iterable[str], rules: Mapping[str, Rule]) -> frozenset[str]:
    wanted = frozenset(words)
    return frozenset(
        name
        for name, rule in rules.items()
        if name in wanted or ALL in wanted or rule.spec.category in wanted or (DEFAULT in wanted and rule.spec.default)
    )


def _configured(rule: Rule, config: Config) -> Rule:
    options = dict(config.rules.get(rule.name, {}))
    if config.targets is not None and any(option.name == "targets" for option in rule.options):
        options.setdefault("targets", config.targets)
    if not options:
        return rule
    try:
        return rule.configured(options)
    except OptionError as error:
        near = suggestion(error.option, [option.name for option in rule.options])
        raise ConfigError(f"rules.{rule.name}.{error.option}: {error.reason}{near}") from None
