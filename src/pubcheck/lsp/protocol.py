"""The protocol as the library has it, with every request answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.protocol import LanguageServerProtocol, default_converter

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer
    from pygls.protocol.json_rpc import RPCMessage

__all__ = ["Protocol", "default_converter"]

_OWN_DOCUMENTS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
)


@attrs.define
class _Dealt:
    """Stands for a message that is dealt with already."""

    jsonrpc: str = ""


class Protocol(LanguageServerProtocol):
    """Answers what can't be understood, and what comes too late, with an error instead of with silence."""

    def __init__(self, server: LanguageServer, converter: Any) -> None:
        """Leave the texts of documents to the server's own handlers."""
        super().__init__(server, converter)
        for method in _OWN_DOCUMENTS:
            del self.fm.builtin_features[method]

    def structure_message(self, data: dict[str, Any]) -> Any:
        """As a message; one that can't be understood is answered at once, if it is a request."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if data.get("id") is not None and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            return _Dealt()

    def handle_message(self, message: RPCMessage) -> None:
        """Handle a message; a request after the shutdown is an error."""
        if isinstance(message, _Dealt):
            return
        number = getattr(message, "id", None)
        if self._shutdown and number is not None and hasattr(message, "method"):
            error = types.ResponseError(code=types.ErrorCodes.InvalidRequest.value, message="the server shuts down")
            self._send_response(number, error=error)
            return
        if self._workspace is None and number is not None and getattr(message, "method", "") not in ("", "initialize"):
            error = types.ResponseError(
                code=types.ErrorCodes.ServerNotInitialized.value, message="the server isn't initialized"
            )
            self._send_response(number, error=error)
            return
        try:
            super().handle_message(message)
        except Exception as error:
            if number is not None and hasattr(message, "method"):
                self._send_response(number, error=JsonRpcInternalError(str(error)).to_response_error())
            raise
