"""Bytes of Go files and positions in them.

A position is a byte offset everywhere inside pubcheck; lines and columns exist only at the edges.
"""

from pubcheck.source.elastic import Elastic
from pubcheck.source.file import SourceFile, digest
from pubcheck.source.overlay import Overlay
from pubcheck.source.position import LineIndex, Position, Span
from pubcheck.source.segments import Segments

__all__ = ["Elastic", "LineIndex", "Overlay", "Position", "Segments", "SourceFile", "Span", "digest"]
