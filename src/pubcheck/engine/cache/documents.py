"""What rule documents say, kept with all else: to read them would be much of a run that finds nothing new."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.cache.store import Store
from pubcheck.engine.cache.version import code_version
from pubcheck.source import digest
from pubcheck.spec import RuleSpec, documents, load_rules, rules_dir

if TYPE_CHECKING:
    from collections.abc import Iterable

_RULES = b"r"
"""What a row is: rules by hash of their documents and of the code that reads them."""


def kept_rules(cache: Path, directories: Iterable[Path]) -> tuple[RuleSpec, ...]:
    """The rules whose documents are in ``directories``, as ``spec.load_rules`` reads them, from the folder ``cache``.

    Pubcheck's own documents are part of its code, and only looked at where nothing is known of them.

    Raises:
        SpecError: a document is wrong, or two have one name.
    """
    folders = [str(folder) for folder in directories]
    foreign = documents(Path(folder) for folder in folders if Path(folder) != rules_dir())
    key = _RULES + digest(code_version() + msgspec.msgpack.encode((folders, foreign)))
    store = Store(cache)
    try:
        return _decoded(store.get([key]).get(key)) or _remembered(store, key, load_rules(map(Path, folders)))
    finally:
        store.close()


def _decoded(row: bytes | None) -> tuple[RuleSpec, ...]:
    """What a row says; nothing where it says nothing of the kind."""
    if row is None:
        return ()
    try:
        return msgspec.msgpack.decode(row, type=tuple[RuleSpec, ...])
    except (msgspec.DecodeError, ValueError):
        return ()


def _remembered(store: Store, key: bytes, rules: tuple[RuleSpec, ...]) -> tuple[RuleSpec, ...]:
    store.put({key: msgspec.msgpack.encode(rules)})
    return rules
