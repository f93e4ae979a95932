"""Summaries as bytes: how they leave a process, and how they are told apart.

The bytes of equal summaries are equal, whatever process made them. Their spans are told relative to the function bodies
of the files that they point into (see ``source.segments``), so that an edit which only moves code changes no bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from pubcheck.facts.events import Access, Blocking, LockEvent, Operand, Step, Trace
from pubcheck.facts.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.source import Span

    Move = Callable[[Span], Span]

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(Summary)
_LARGEST = 1 << 63


def encoded(summary: Summary, relative: Move) -> bytes:
    """``summary`` as bytes, each span as ``relative`` tells it."""
    moved = _moved(summary, relative)
    try:
        return _ENCODER.encode(moved)
    except (OverflowError, UnicodeEncodeError):
        return _ENCODER.encode(_plain(moved))


def decoded(data: bytes, absolute: Move) -> Summary:
    """The summary that was ``encoded``, each span where ``absolute`` says it is now.

    Raises:
        msgspec.ValidationError: these aren't the bytes of a summary.
        msgspec.DecodeError: these aren't the bytes of anything.
    """
    return _moved(_DECODER.decode(data), absolute)


def portable(summary: Summary) -> Summary:
    """``summary`` as it would be ``decoded`` again."""
    try:
        _ENCODER.encode(summary)
    except (OverflowError, UnicodeEncodeError):
        return _plain(summary)
    return summary


def _moved(summary: Summary, move: Move) -> Summary:
    if not (summary.accesses or summary.acquired or summary.blocking or summary.publications):
        return summary
    return msgspec.structs.replace(
        summary,
        accesses=tuple([_moved_event(one, move) for one in summary.accesses]),
        acquired=tuple([_moved_event(one, move) for one in summary.acquired]),
        blocking=tuple([_moved_event(one, move) for one in summary.blocking]),
        publications=tuple(
            [
                msgspec.structs.replace(one, span=move(one.span), trace=_moved_trace(one.trace, move))
                for one in summary.publications
            ]
        ),
    )


Event = TypeVar("Event", Access, LockEvent, Blocking)


def _moved_event(event: Event, move: Move) -> Event:
    return msgspec.structs.replace(
        event,
        span=move(event.span),
        trace=_moved_trace(event.trace, move),
        origin=None if event.origin is None else move(event.origin),
    )


def _moved_trace(trace: Trace, move: Move) -> Trace:
    return tuple([Step(move(step.span), step.callee) for step in trace]) if trace else ()


def _plain(summary: Summary) -> Summary:
    """``summary`` with those constants as text that have no place in MessagePack: large ones, and broken text."""
    return msgspec.structs.replace(
        summary,
        accesses=tuple(
            [
                msgspec.structs.replace(
                    one,
                    value=None if one.value is None else _plain_operand(one.value),
                    atomic=None
                    if one.atomic is None
                    else msgspec.structs.replace(one.atomic, operands=tuple(map(_plain_operand, one.atomic.operands))),
                )
                for one in summary.accesses
            ]
        ),
    )


def _plain_operand(operand: Operand) -> Operand:
    value = operand.value
    if isinstance(value, str) or (type(value) is int and not -_LARGEST <= value < _LARGEST):
        return msgspec.structs.replace(operand, value=ascii(value))
    return operand
