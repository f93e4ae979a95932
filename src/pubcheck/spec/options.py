"""A rule's options: the keyword-only parameters of its ``check``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable


class Option(msgspec.Struct, frozen=True, gc=False):
    """One option. ``type`` is its annotation as written; ``help`` comes from the docstring's ``Args`` section."""

    name: str
    type: str
    default: Any
    help: str


def options_of(check: Callable[..., object]) -> tuple[Option, ...]:
    """The options of a rule's ``check``, in the order of its parameters.

    Raises:
        TypeError: a keyword-only parameter has no default, no annotation or no line in the docstring.
    """
    check = getattr(check, "__wrapped__", check)
    code = check.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    defaults = check.__kwdefaults__ or {}
    described = _described(check.__doc__ or "")
    options = []
    for name in names:
        annotation = check.__annotations__.get(name)
        if name not in defaults or annotation is None or name not in described:
            place = f"{code.co_filename}:{code.co_firstlineno}"
            raise TypeError(f"{place}: option `{name}` needs a type, a default and a line under `Args:`")
        written = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
        options.append(Option(name, written, defaults[name], described[name]))
    return tuple(options)


_ARGS = re.compile(r"^( *)Args:\n((?:\1 +.*\n|\s*\n)*)", re.MULTILINE)
_ENTRY = re.compile(r"^ *(\w+): +(.*(?:\n(?! *\w+: ).*\S.*)*)", re.MULTILINE)


def _described(docstring: str) -> dict[str, str]:
    section = _ARGS.search(docstring + "\n")
    if section is None:
        return {}
    return {name: " ".join(text.split()) for name, text in _ENTRY.findall(section[2])}
