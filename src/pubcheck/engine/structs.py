"""A struct type by its text, with those fields apart that mean nothing to who doesn't name them.

Such a *plain* field is a number, a string or a truth value, or a pointer, slice, map, function or error where the
struct has something of the kind anyway. It holds no lock and is none, and doesn't speak of any; it embeds nothing, and
no comment says how it is guarded. What else a struct says, in words and empty lines, is the rest.
"""

from __future__ import annotations

import re

import msgspec

from pubcheck.source import digest

BASIC = frozenset(
    b"bool byte complex64 complex128 float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 "
    b"uint64 uintptr".split()
)
"""Types that everybody has, and whose values lead nowhere."""
PREDECLARED = BASIC | {b"error"}
"""Those, and another one: who declares a type of such a name means something else by it."""

_NAME = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*"
_STRUCT = re.compile(rb"((?:(?://[^\n]*)?\n)*type " + _NAME + rb"(\[[^\n]*\])? struct \{)[ \t]*\n((?:[^\n]*\n)*)\}\Z")
_NAMES = rb"[ \t]*(" + _NAME + rb"(?:, " + _NAME + rb")*)[ \t]+"
_REFERS = rb"(?:\*|\[\]|map\[|func\(|error\b)"
_FIELD = re.compile(
    _NAMES
    + rb"(?:("
    + b"|".join(sorted(BASIC, reverse=True))
    + rb")|("
    + _REFERS
    + rb"[^`\"/{}]*?))[ \t]*(?:`[^`]*`[ \t]*)?(//.*)?"
)
_LEADS_ON = re.compile(_NAMES + _REFERS)
_WORD = re.compile(_NAME)
_BLANKS = re.compile(rb"[ \t]+")
_TELLING = re.compile(
    rb"[+@]|access|atomic|check|concurren|goroutine|guard|hold|immutable|lock|mutex|mtx|\bmu\b|nolint|own|protect|"
    rb"pubcheck|race|safe|serial|sync|thread|under",
    re.IGNORECASE,
)
"""What a comment may say about how memory is shared."""
_SHARED = re.compile(rb"atomic|lock|mutex|once|sync|waitgroup", re.IGNORECASE)
"""What the type of a pointer may be called that others share memory by."""


class Field(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of plain fields: their names, whether they lead to other memory, and all that the line says."""

    names: tuple[bytes, ...]
    refers: bool
    said: bytes


class StructShape(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A struct type: its plain fields, and of the rest a hash, whether it has fields, one that refers, and its remarks.

    ``remarks`` are the words in its comments, which may name any field.
    """

    rest: bytes
    filled: bool
    refers: bool
    remarks: frozenset[bytes]
    plain: tuple[Field, ...]


def struct_shape(text: bytes, means: bytes) -> StructShape | None:
    """What the declaration ``text`` says of its struct type, None where it is none, or one that isn't understood.

    ``means`` is what else counts, such as what imports stand for.
    """
    found = _STRUCT.match(text)
    if found is None or any(mark in _without_empty(found[3]) for mark in (b"{", b"}", b"/*")):
        return None
    if found[2] is not None and not PREDECLARED.isdisjoint(_WORD.findall(found[2])):
        return None  # one of its parameters is called so
    rest = [found[1], means]
    above: list[bytes] = []
    plain: list[Field] = []
    remarks = set(_WORD.findall(found[1]))
    filled = refers = False
    for line in found[3].split(b"\n"):
        code, slashes, comment = line.partition(b"//")
        if slashes and not code.strip():
            above.append(line)
            continue
        said = b"\n".join((*above, _BLANKS.sub(b" ", code.strip()) + slashes + comment))
        field = _FIELD.fullmatch(line)
        tells = _TELLING.search(b"".join((*above, comment))) or (field and _SHARED.search(field[3] or b""))
        if field is not None and not tells and b"_" not in field[1].split(b", "):
            # Where it stands among the rest counts, too.
            plain.append(Field(tuple(field[1].split(b", ")), field[2] is None, digest(b"%d %b" % (len(rest), said))))
        else:
            rest.append(said)
            remarks.update(*map(_WORD.findall, (*above, comment)))
            filled = filled or bool(code.strip())
            refers = refers or _LEADS_ON.match(code) is not None
        above.clear()
    rest += above
    remarks.update(*map(_WORD.findall, above))
    return StructShape(digest(b"\n".join(rest)), filled, refers, frozenset(remarks), tuple(plain))


def plain_changes(old: StructShape, new: StructShape) -> frozenset[bytes] | None:
    """The names of the plain fields in which a struct type differs; None where more does."""
    kept = [field for field in old.plain if field in new.plain]
    if old.rest != new.rest or kept != [field for field in new.plain if field in old.plain]:
        return None
    changed = [field for field in (*old.plain, *new.plain) if field not in kept]
    if not (old.filled or kept):
        return None  # what is empty has no size, and may say nothing but that something is done
    if any(field.refers for field in changed) and not (old.refers or any(field.refers for field in kept)):
        return None
    names = frozenset(name for field in changed for name in field.names)
    return names if names.isdisjoint(old.remarks) else None


def _without_empty(body: bytes) -> bytes:
    return body.replace(b"struct{}", b"").replace(b"interface{}", b"")
