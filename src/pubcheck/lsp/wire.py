"""Messages on a pipe: four bytes that say how long a message is, and the message."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import msgspec

if TYPE_CHECKING:
    from asyncio import StreamReader

Message = TypeVar("Message")
_LENGTH = 4

_encoder = msgspec.msgpack.Encoder()


def packed(message: msgspec.Struct) -> bytes:
    """``message`` as it goes over the pipe."""
    data = _encoder.encode(message)
    return len(data).to_bytes(_LENGTH, "big") + data


class Wire:
    """The end of a pipe that is written to."""

    def __init__(self, stream: BinaryIO) -> None:
        """Write to ``stream``."""
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: msgspec.Struct) -> None:
        """Write a message."""
        with self._lock:
            self._stream.write(packed(message))
            self._stream.flush()


def read(stream: BinaryIO, kind: Any) -> Any:
    """The next message of ``kind``, a union of structs; None where there will be none any more."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    data = stream.read(int.from_bytes(head, "big"))
    return _decoder(kind).decode(data) if len(data) == int.from_bytes(head, "big") else None


async def receive(stream: StreamReader, kind: Any) -> Any:
    """As ``read``, without blocking the loop.

    Raises:
        IncompleteReadError: there will be none any more.
    """
    head = await stream.readexactly(_LENGTH)
    return _decoder(kind).decode(await stream.readexactly(int.from_bytes(head, "big")))


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)
