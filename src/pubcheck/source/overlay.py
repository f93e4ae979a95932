"""Reading files, with unsaved editor buffers laid over the disk."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Overlay:
    """Reads files; a buffer given for a path hides what the disk has there."""

    def __init__(self, buffers: Mapping[Path, bytes] = MappingProxyType({})) -> None:
        """Use ``buffers`` (absolute path to content) before the disk."""
        self._buffers = dict(buffers)
        self._names: defaultdict[Path, list[str]] = defaultdict(list)
        for path in self._buffers:
            self._names[path.parent].append(path.name)

    def read(self, path: Path | str) -> bytes:
        """Content of the file at ``path``, which is absolute.

        Raises:
            OSError: there is no buffer for it and the disk gives none either.
        """
        buffer = self._buffers.get(Path(path)) if self._buffers else None
        if buffer is not None:
            return buffer
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 all at once, so a buffer would only cost
            return file.readall()

    def over(self, buffers: Mapping[Path, bytes]) -> Overlay:
        """This overlay with ``buffers`` laid over it."""
        return Overlay({**self._buffers, **buffers})

    def has(self, path: Path) -> bool:
        """Whether a buffer stands in for ``path``."""
        return path in self._buffers

    def below(self, directory: Path) -> Iterator[tuple[Path, bytes]]:
        """The buffers whose files lie anywhere below ``directory``, sorted by path."""
        return ((path, self._buffers[path]) for path in sorted(self._buffers) if directory in path.parents)

    def names(self, directory: Path) -> Sequence[str]:
        """Names of the buffers whose files lie in ``directory``, saved or not."""
        return self._names.get(directory, ())
