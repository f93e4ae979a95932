from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from pubcheck.engine import Shard

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDERS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 1000)), max_size=12)


def packages(folders: Sequence[tuple[str, int]]) -> list[Any]:
    """Packages of one file each, in folders, with a file's size."""
    return [
        SimpleNamespace(
            number=number,
            directory=Path("/m", folder),
            files=[SimpleNamespace(path=SimpleNamespace(stat=lambda size=size: SimpleNamespace(st_size=size)))],
        )
        for number, (folder, size) in enumerate(folders)
    ]


@given(FOLDERS, st.integers(1, 6))
def test_every_package_is_in_one_part(folders: list[tuple[str, int]], count: int) -> None:
    everything = packages(folders)
    parts = [Shard(index, count).share(everything) for index in range(1, count + 1)]
    assert sorted(one.number for part in parts for one in part) == [one.number for one in everything]  # type: ignore[attr-defined]
    where = {one.directory: number for number, part in enumerate(parts) for one in part}
    assert all(where[one.directory] == number for number, part in enumerate(parts) for one in part)


@given(FOLDERS, st.integers(1, 6), st.randoms())
def test_parts_dont_hang_on_the_order_of_packages(folders: list[tuple[str, int]], count: int, chance: Any) -> None:
    everything = packages(folders)
    parts = [{*map(id, Shard(index, count).share(everything))} for index in range(1, count + 1)]
    chance.shuffle(everything)
    assert [{*map(id, Shard(index, count).share(everything))} for index in range(1, count + 1)] == parts


@given(FOLDERS, st.integers(1, 6))
def test_parts_are_equal_but_for_a_folder(folders: list[tuple[str, int]], count: int) -> None:
    everything = packages(folders)
    sizes: dict[Path, int] = {}
    for one in everything:
        sizes[one.directory] = sizes.get(one.directory, 0) + one.files[0].path.stat().st_size
    fair = sum(sizes.values()) / count
    for index in range(1, count + 1):
        part = {one.directory for one in Shard(index, count).share(everything)}
        assert sum(sizes[folder] for folder in part) <= fair + max(sizes.values(), default=0)
