"""Functions that a server calls for each request, on a goroutine of its own, and what else is called like that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.model.structure import deref, underlying
from pubcheck.model.types import Chan, Named, Pointer, Struct, Unknown

if TYPE_CHECKING:
    from pubcheck.flow import ir
    from pubcheck.model.types import Type

_UNIMPLEMENTED = re.compile(r"(?:Unimplemented|Unsafe)\w+Server")
"""What protoc-gen-go-grpc has every implementation of a service embed."""
HTTP = "HTTP requests"
_OUTGOING = "outgoing HTTP requests"
_SCRAPES = "scrapes of metrics"
ANSWERED = frozenset((_OUTGOING, _SCRAPES))
"""What is asked of one object by several goroutines at once, as its interface says."""
_PROMETHEUS = "github.com/prometheus/client_golang/prometheus"


def handles(function: ir.Function) -> str:
    """What ``function`` handles by its signature: ``HTTP requests`` or ``gRPC calls``; empty if nothing is known."""
    own = function.param_types[1:] if _has_receiver(function) else function.param_types
    # What gives more than an error is a helper of handlers.
    if len(own) == 2 and len(function.results) <= 1 and _is_writer(own[0]) and _is_request(own[1]):
        return HTTP
    if _has_receiver(function) and own and _serves_rpc(function):
        return "gRPC calls"
    return ""


def answers(function: ir.Function) -> str:
    """What ``function`` is called for by several goroutines at once, as the interface says whose method it is.

    ``http.RoundTripper`` and prometheus' ``Collector`` say that implementations must be safe for that.
    """
    func = function.func
    if func is None or func.receiver is None:
        return ""
    own = function.param_types[1:]
    match func.name, len(own):
        case "RoundTrip", 1 if _is_request(own[0]) and len(function.results) == 2:
            return _OUTGOING
        case "Collect", 1 if _takes_metrics(own[0]):
            return _SCRAPES
        case _:
            return ""


def _takes_metrics(type_: Type) -> bool:
    if type(type_) is not Chan or type_.direction != "send":
        return False
    return type(type_.element) is Unknown or _is_named(type_.element, _PROMETHEUS, "Metric")


def _has_receiver(function: ir.Function) -> bool:
    return function.func is not None and function.func.receiver is not None


def _is_writer(type_: Type) -> bool:
    return _is_named(type_, "net/http", "ResponseWriter")


def _is_request(type_: Type) -> bool:
    return type(type_) is Pointer and _is_named(type_.element, "net/http", "Request")


def _is_named(type_: Type, path: str, name: str) -> bool:
    if type(type_) is not Named:
        return False
    symbol = type_.symbol
    return symbol.name == name and symbol.package is not None and symbol.package.path == path


def _serves_rpc(function: ir.Function) -> bool:
    """Whether it is a method of a service: its type embeds what is generated, and it takes a context or a stream."""
    func = function.func
    if func is None or not func.name[:1].isupper():
        return False
    struct = underlying(deref(function.param_types[0]))
    if type(struct) is not Struct:
        return False
    if not any(field.embedded and _UNIMPLEMENTED.fullmatch(field.name) for field in struct.fields):
        return False
    return any(_is_named(each, "context", "Context") or _is_stream(each) for each in function.param_types[1:])


def _is_stream(type_: Type) -> bool:
    return type(type_) is Named and ("Stream" in type_.symbol.name or type_.symbol.name.endswith("Server"))
