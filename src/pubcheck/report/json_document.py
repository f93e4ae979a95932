"""JSON text of values."""

from __future__ import annotations

import json

import msgspec


def line(value: object) -> str:
    """``value`` on one line. What isn't text in it, such as a byte of a file's name, is replaced."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


def indented(value: object) -> str:
    """``value`` for people, with a newline at the end."""
    return f"{msgspec.json.format(line(value), indent=2)}\n"
