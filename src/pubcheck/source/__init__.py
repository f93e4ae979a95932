"""Bytes of Go files and positions in them.

A position is a byte offset everywhere inside pubcheck; lines and columns exist only at the edges.
"""

from pubcheck.source.elastic import Elastic
from pubcheck.source.file import SourceFile, digest
from pubcheck.source.overlay import Overlay
from pubcheck.source.position import LineIndex, Position, Span
from pubcheck.source.readers import READERS, Marks
from pubcheck.source.segments import Segments, body_by_body
from pubcheck.source.watched import WatchedFile

__all__ = [
    "READERS",
    "Elastic",
    "LineIndex",
    "Marks",
    "Overlay",
    "Position",
    "Segments",
    "SourceFile",
    "Span",
    "WatchedFile",
    "body_by_body",
    "digest",
]
