"""What the client may set. A value that isn't one is told of and left at its default."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, suggestion

FOR_CLIENTS = frozenset(("path", "args", "interpreter", "trace", "trace.server", "enable"))
"""Settings of clients that are no business of the server's."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """The client's settings. What is given goes before what ``pubcheck.toml`` says.

    Attributes:
        run: when findings are renewed: while the code is typed, or when it is saved.
        select: names of rules, categories, ``default`` or ``all``; None for what the configuration selects.
        ignore: rules that don't run, beside those of the configuration.
        min_confidence: how sure a finding must be; None for what the configuration says.
        inlay_hints: whether the locks that a function is entered with are shown.
        code_lens: whether lines above declarations tell of release and acquire sites, and of goroutines.
        debounce: milliseconds without a change of a document before it is looked at.
    """

    run: Literal["onType", "onSave"] = "onType"
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence | None = None
    inlay_hints: bool = False
    code_lens: bool = True
    debounce: int = 30

    def over(self, config: Config) -> Config:
        """``config`` with what the client sets laid over it; a selection starts afresh, as on the command line."""
        if self.select is not None:
            config = msgspec.structs.replace(config, select=self.select, ignore=())
        return msgspec.structs.replace(
            config,
            ignore=(*config.ignore, *self.ignore),
            min_confidence=self.min_confidence or config.min_confidence,
        )


def read_settings(given: object) -> tuple[Settings, tuple[str, ...]]:
    """The settings in what a client sent, and a sentence for each thing in it that makes no sense."""
    if given is None:
        return Settings(), ()
    if not isinstance(given, dict):
        return Settings(), (f"pubcheck's settings are {_kind(given)}, not an object: the defaults hold",)
    fields = {field.encode_name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, Any] = {}
    faults: list[str] = []
    for key, value in given.items():
        field = fields.get(key)
        if field is None:
            if key not in FOR_CLIENTS:
                faults.append(f'there is no setting "pubcheck.{key}"{suggestion(str(key), sorted(fields))}')
        elif value is not None:
            try:
                values[field.name] = msgspec.convert(value, field.type)
            except msgspec.ValidationError as error:
                faults.append(f"pubcheck.{key}: {_plain(error)}; the default holds")
    return Settings(**values), tuple(faults)


def _plain(error: msgspec.ValidationError) -> str:
    text = str(error).replace("`", '"')
    return text[:1].lower() + text[1:]


def _kind(value: object) -> str:
    return {list: "a list", str: "a string", bool: "a truth value"}.get(type(value), "something else")
