"""What earlier runs found, kept on the disk: outcomes of packages, and facts, by everything that they hang on.

``Outcomes`` says what still holds, ``Store`` keeps bytes. Nothing in a cache is ever run, and nothing in it is believed
that doesn't decode to a value of the type that is expected under a key that only this code, these settings and these
files have. Without a folder that can be written a run is as if there were no cache.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.cache.documents import kept_rules
from pubcheck.engine.cache.outcomes import Outcomes
from pubcheck.engine.cache.store import Store
from pubcheck.engine.cache.version import code_version
from pubcheck.source import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.engine.config import Config
    from pubcheck.rules.registry import Rule

VARIABLE = "PUBCHECK_CACHE_DIR"

__all__ = ["VARIABLE", "Outcomes", "Store", "code_version", "default_folder", "kept_rules", "settings_digest"]


def default_folder() -> Path:
    """Where the cache lies: what the environment says, else the platform's folder for caches."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_cache_path  # noqa: PLC0415 only where nothing is said

    return user_cache_path("pubcheck", appauthor=False)


def settings_digest(config: Config, rules: Iterable[Rule]) -> bytes:
    """Hash of the settings that outcomes hang on; what filters alone ask for isn't among them."""
    specs = [rule.spec for rule in rules]
    parts = (specs, config.rules, config.targets, config.severity, config.blocking, config.generated)
    return digest(msgspec.msgpack.encode(parts, order="deterministic"))
