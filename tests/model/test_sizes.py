from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from referee import Referee, load

from pubcheck.model.sizes import Sizes
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import (
    UNKNOWN,
    Array,
    Basic,
    Chan,
    Interface,
    Map,
    Pointer,
    Signature,
    Slice,
    Struct,
    StructField,
    Type,
    TypeParam,
)

ARCHITECTURES = ("386", "amd64", "arm", "arm64", "mips", "mips64le", "ppc64", "riscv64", "s390x", "wasm")


if TYPE_CHECKING:
    from pathlib import Path


def struct(*types: Type) -> Struct:
    return Struct(tuple(StructField(f"f{i}", t) for i, t in enumerate(types)))


def basic(name: str) -> Basic:
    return Basic(name)


BOOL, INT, INT64, STRING = map(basic, ("bool", "int", "int64", "string"))
EMPTY = struct()
WORDS = (Pointer(INT), Map(INT, INT), Chan("both", INT), Signature((), ()), INT, basic("unsafe.Pointer"))


@pytest.mark.parametrize(("goarch", "word"), [("amd64", 8), ("wasm", 8), ("386", 4), ("mipsle", 4)])
def test_what_is_made_of_words(goarch: str, word: int) -> None:
    sizes = Sizes(goarch)
    assert {sizes.sizeof(t) for t in WORDS} == {word}
    assert [sizes.sizeof(t) for t in (STRING, Slice(BOOL), Interface())] == [2 * word, 3 * word, 2 * word]


def test_64_bits_are_aligned_to_a_word() -> None:
    assert [Sizes(goarch).alignof(INT64) for goarch in ("386", "arm", "amd64")] == [4, 4, 8]
    assert Sizes("386").offsetsof(struct(BOOL, INT64, BOOL)) == (0, 4, 12)
    assert Sizes("amd64").offsetsof(struct(BOOL, INT64, BOOL)) == (0, 8, 16)
    assert Sizes("amd64").sizeof(struct(BOOL, INT64, BOOL)) == 24


def test_complex_numbers_are_aligned_like_their_parts() -> None:
    assert Sizes("amd64").alignof(basic("complex64")) == 4
    assert Sizes("amd64").offsetsof(struct(BOOL, basic("complex128"))) == (0, 8)
    assert Sizes("386").offsetsof(struct(BOOL, basic("complex128"))) == (0, 4)


def test_a_last_field_without_size_lengthens_a_struct() -> None:
    sizes = Sizes("amd64")
    assert sizes.sizeof(struct(INT, EMPTY)) == 16
    assert sizes.sizeof(struct(EMPTY, INT)) == 8
    assert sizes.sizeof(struct(EMPTY, EMPTY)) == 0
    assert sizes.sizeof(struct(INT, Array(0, INT64))) == 16


@pytest.mark.parametrize("t", [UNKNOWN, TypeParam(TypeName.parameter("T", None, Interface())), basic("untyped int")])
def test_a_type_without_a_known_size_makes_what_holds_it_unknown(t: Type) -> None:
    sizes = Sizes("amd64")
    assert sizes.sizeof(t) is None
    assert sizes.sizeof(struct(INT, t)) is None
    assert sizes.offsetsof(struct(INT, t)) is None
    assert sizes.alignof(Array(3, t)) is None
    assert sizes.sizeof(Pointer(t)) == 8


def test_arrays_of_unknown_length_and_architectures_unknown_to_gc() -> None:
    assert Sizes("amd64").sizeof(Array(-1, INT)) is None
    assert Sizes("pdp11").sizeof(INT) is None
    assert Sizes("pdp11").offsetsof(struct(INT)) is None


def test_a_type_larger_than_any_memory() -> None:
    assert Sizes("amd64").sizeof(Array(2**62, INT64)) is None


def test_a_type_that_contains_itself() -> None:
    node = TypeName("Node", None, lambda: struct(INT, node.type))
    assert Sizes("amd64").sizeof(node.type) is None


def test_a_deep_type_is_unknown_rather_than_an_error() -> None:
    deep: Type = INT
    for _ in range(20_000):
        deep = Array(1, deep)
    assert Sizes("amd64").sizeof(deep) in (None, 8)


types = st.recursive(
    st.sampled_from([BOOL, INT, INT64, STRING, Slice(INT), basic("int16"), basic("complex64"), Interface()]),
    lambda inner: st.builds(Array, st.integers(0, 4), inner) | st.lists(inner, max_size=5).map(lambda ts: struct(*ts)),
)


@given(types, st.sampled_from(ARCHITECTURES))
def test_laws_of_layout(t: Type, goarch: str) -> None:
    sizes = Sizes(goarch)
    size, align, offsets = sizes.sizeof(t), sizes.alignof(t), sizes.offsetsof(t)
    assert size is not None
    assert align in (1, 2, 4, 8)
    assert size % align == 0
    assert sizes.sizeof(Array(3, t)) == 3 * size
    if isinstance(t, Struct):
        assert offsets is not None
        ends = [0]
        for field, offset in zip(t.fields, offsets, strict=True):
            field_size, field_align = sizes.sizeof(field.type), sizes.alignof(field.type)
            assert field_size is not None
            assert field_align is not None
            assert offset % field_align == 0
            assert 0 <= offset - ends[-1] < field_align
            ends.append(offset + field_size)
        assert size >= ends[-1]
    else:
        assert offsets is None


STANDARD = ("sync", "sync/atomic", "net", "net/http", "database/sql", "encoding/json", "context", "bufio", "time", "os")


@pytest.mark.go
@pytest.mark.parametrize("goarch", ["386", "arm", "mips", "amd64"])
def test_layouts_are_those_of_go_types(
    goarch: str, go_cache: Path, go_env: dict[str, str], goroot: Path, pytestconfig: pytest.Config
) -> None:
    directories = [*(goroot / "src" / path for path in STANDARD), pytestconfig.rootpath / "testdata" / "layout"]
    packages = load(directories, goroot, goarch=goarch)
    places = {path: package.source.directory for path, package in packages.items() if package.source}
    wanted = Referee(go_cache, go_env).sizes(places, goarch)
    assert {size.package for size in wanted} == {*STANDARD, "layout"}
    sizes = Sizes(goarch)
    found = []
    for one in wanted:
        symbol = packages[one.package].scope[one.name]
        assert isinstance(symbol, TypeName)
        t = symbol.type
        found.append((one.package, one.name, sizes.sizeof(t), sizes.alignof(t), sizes.offsetsof(t)))
    assert found == [(one.package, one.name, one.size, one.align, one.offsets) for one in wanted]
