"""From ``messages`` to the protocol's values."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

if TYPE_CHECKING:
    from pubcheck.lsp.messages import Findings, Item, Place, Range
    from pubcheck.source.position import Encoding

ENCODINGS: dict[types.PositionEncodingKind | str, Encoding] = {
    types.PositionEncodingKind.Utf8: "utf-8",
    types.PositionEncodingKind.Utf16: "utf-16",
    types.PositionEncodingKind.Utf32: "utf-32",
}
IMPORTANCE = {
    "error": types.MessageType.Error,
    "warning": types.MessageType.Warning,
    "info": types.MessageType.Info,
    "log": types.MessageType.Log,
}
_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}
SOURCE = "pubcheck"


def range_(one: Range) -> types.Range:
    """A range."""
    return types.Range(types.Position(one.line, one.character), types.Position(one.end_line, one.end_character))


def location(place: Place) -> types.Location:
    """A place."""
    return types.Location(uri=from_fs_path(place.path) or "", range=range_(place.range))


def diagnostics(found: Findings, capabilities: types.ClientCapabilities) -> list[types.Diagnostic]:
    """What the client shows of a file, with no more than it says that it understands."""
    document = capabilities.text_document
    push = document.publish_diagnostics if document is not None else None
    pull = document.diagnostic if document is not None else None
    related = pull is not None or (push is not None and bool(push.related_information))
    return [_diagnostic(one, related=related) for one in found.items]


def _diagnostic(one: Item, *, related: bool) -> types.Diagnostic:
    return types.Diagnostic(
        range=range_(one.range),
        severity=_SEVERITY[one.severity],
        code=one.rule,
        code_description=types.CodeDescription(href=one.address) if one.address else None,
        source=SOURCE,
        message=one.message,
        tags=[types.DiagnosticTag.Unnecessary] if one.spare else None,
        related_information=[
            types.DiagnosticRelatedInformation(location=location(place), message=text) for place, text in one.related
        ]
        if related
        else None,
        data={"fingerprint": one.fingerprint},
    )


def path_of(uri: str) -> str | None:
    """The file that a URI names; None for what is no file."""
    return to_fs_path(uri) if urlsplit(uri).scheme == "file" else None
