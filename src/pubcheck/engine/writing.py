"""Files put on the disk whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.model.project.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def write_files(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Problem]:
    """Put ``after`` in the place of ``before``, and tell which files couldn't be written.

    A file that somebody has changed in the meantime stays as it is.
    """
    for path, data in sorted(after.items()):
        target = Path(os.path.realpath(path))
        try:
            if target.read_bytes() != before[path]:
                yield Problem(path, 0, "left as it is: the file has changed since it was read")
                continue
            _replace(target, data)
        except OSError as error:
            yield Problem(path, 0, f"left as it is: {error.strerror or error}")


def write_file(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``: whoever reads it sees what was there before or all of the new. Links stay.

    What is no file, such as a pipe or a terminal, is written to as it is.

    Raises:
        OSError: it can't be written; what was there stays.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        target.write_bytes(data)
    else:
        _replace(target, data)


def _replace(target: Path, data: bytes) -> None:
    """A new file beside ``target`` takes its name."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 most runs write no file

    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, file.name)
            else:
                Path(file.name).chmod(0o666 & ~_mask())
            os.replace(file.name, target)  # noqa: PTH105 both are on one file system
        except BaseException:
            with suppress(OSError):
                Path(file.name).unlink()
            raise


def _mask() -> int:
    """The permissions that new files don't get; there is no way to ask without setting them."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
