"""``pubcheck.toml``: finding it, reading it, and saying by line what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from pubcheck.engine.config import Config, ConfigError
from pubcheck.engine.words import suggestion

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_NAMES = ("pubcheck.toml", ".pubcheck.toml")
_FOLDER = "folder"
_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*([\w.-]+|"[^"]+"|'[^']+')\s*=""")
_AT = re.compile(r" - at `(?:key in )?\$\.(?P<key>[\w-]+)[^`]*`$")


def find_config(start: Path) -> Path | None:
    """The nearest configuration file in ``start`` or a folder above it."""
    for folder in (start, *start.parents):
        for name in CONFIG_NAMES:
            path = folder / name
            if path.is_file():
                return path
    return None


def project_folder(start: Path) -> Path:
    """The folder that the configuration seen from ``start`` lies in; ``start`` where there is none."""
    path = find_config(start)
    return start if path is None else path.parent


def load_config(path: Path, *, shown: str | None = None) -> Config:
    """Read the configuration at ``path``, which errors call ``shown``.

    Raises:
        ConfigError: it can't be read, isn't TOML, or has a key or a value that isn't known.
    """
    name = shown or str(path)
    import tomllib  # noqa: PLC0415 most runs have none

    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{name}: can't be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{name}: isn't TOML: {error}") from None
    return _converted(data, _Lines(text, name), path.parent.resolve())


class _Lines:
    """Says at which line a key stands."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name

    def error(self, keys: tuple[str, ...], message: str) -> ConfigError:
        line = self._line(keys)
        return ConfigError(f"{self._name}:{line}: {message}" if line else f"{self._name}: {message}")

    def _line(self, keys: tuple[str, ...]) -> int:
        """Line of the longest beginning of ``keys`` that stands there; 0 for none (keys spelt in an unusual way)."""
        best = (0, 0)
        table: tuple[str, ...] = ()
        for number, line in enumerate(self._text.splitlines(), 1):
            if header := _TABLE.match(line):
                table = _parts(header[1])
                here = table
            elif key := _KEY.match(line):
                here = table + _parts(key[1])
            else:
                continue
            if here == keys[: len(here)] and len(here) > best[0]:
                best = (len(here), number)
        return best[1]


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"' ") for part in dotted.split("."))


def _converted(data: dict[str, Any], lines: _Lines, folder: Path) -> Config:
    known = [field.encode_name for field in msgspec.structs.fields(Config) if field.name != _FOLDER]
    for key in data:
        if key not in known:
            raise lines.error((key,), f'unknown key "{key}"{suggestion(key, known)}')
    try:
        config = msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise _named(error, lines) from None
    return msgspec.structs.replace(config, folder=folder)


def _named(error: msgspec.ValidationError, lines: _Lines) -> ConfigError:
    text = str(error)
    place = _AT.search(text)
    reason = _plain(text[: place.start()] if place else text)
    return lines.error((place["key"],), f"{place['key']}: {reason}") if place else lines.error((), reason)


_WORDS = {
    "`array`": "a list",
    "`object`": "a table",
    "`str`": "a string",
    "`bool`": "true or false",
    "`int`": "a whole number",
    "`float`": "a number",
}


def _plain(reason: str) -> str:
    """Msgspec's sentence in TOML's words."""
    for word, plain in _WORDS.items():
        reason = reason.replace(word, plain)
    return reason[:1].lower() + reason[1:]
