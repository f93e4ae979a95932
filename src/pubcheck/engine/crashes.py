"""A failure of pubcheck itself as a diagnostic, so that it is told and the run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence, Diagnostic, Severity
from pubcheck.engine.builtin import INTERNAL_ERROR
from pubcheck.source import Span

if TYPE_CHECKING:
    from pubcheck.model.project import PackageSource


def crash(source: PackageSource, what: str, error: BaseException) -> Diagnostic:
    """That ``error`` ended ``what`` on a package."""
    path = source.files[0].source.path if source.files else str(source.directory)
    text = str(error).strip().partition("\n")[0]
    name = type(error).__name__
    return failure(source, what, f"{name}: {text}" if text else name, path, *_origin(error))


def failure(source: PackageSource, what: str, reason: str, path: str, *origin: str) -> Diagnostic:
    """That ``what`` failed on a package for a ``reason``, in the file ``path``; ``origin`` is where in pubcheck."""
    return Diagnostic(
        rule=INTERNAL_ERROR,
        span=Span(path, 0, 0),
        message=f"{what} failed on package {source.import_path}: {reason}",
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        package=source.import_path,
        location=what,
        because=origin,
    )


def _origin(error: BaseException) -> tuple[str, ...]:
    """Where pubcheck's own code failed; nothing for what comes from elsewhere."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ()
    code = trace.tb_frame.f_code
    return (f"in {trace.tb_frame.f_globals.get('__name__', '?')}.{code.co_qualname}, line {trace.tb_lineno}",)
