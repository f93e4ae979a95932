"""A Dask cluster that a run's packages are worked on by."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pubcheck.engine.hands import Hands

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 15
"""Seconds that a scheduler may take to answer."""
_AHEAD = 2
"""Tasks for each thread of the cluster, so that none waits for the next one to be sent."""


class ClusterError(Exception):
    """The cluster can't be used; the text says why."""


@contextmanager
def cluster(address: str) -> Iterator[Hands]:
    """Hands of the cluster whose scheduler listens at ``address``, such as ``tcp://10.0.0.1:8786``.

    A task whose worker is lost is done again by another one.

    Raises:
        ClusterError: Dask isn't installed, nobody answers there, or there are no workers.
    """
    try:
        from distributed import Client  # noqa: PLC0415 an extra
    except ImportError:
        raise ClusterError("--scheduler needs the package distributed: pip install 'pubcheck[distributed]'") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call,unused-ignore]
    except (OSError, ValueError) as error:
        raise ClusterError(f"--scheduler: {address} doesn't answer: {error}") from None
    with client:
        threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call,unused-ignore]
        if not threads:
            raise ClusterError(f"--scheduler: {address} has no workers")
        executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call,unused-ignore]
        yield Hands(executor=executor, room=_AHEAD * threads)
