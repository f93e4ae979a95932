"""What a file declares is told from its text alone, and each declaration reads by itself as it does in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pubcheck.source import SourceFile
from pubcheck.syntax import Contents, dump, parse

FILE = b"""package p

import (
	"sync"
	alias "strings"
)

import "time"

const (
	First, Second = iota, iota
	Third, _
)

var Single, Pair int

var (
	grouped = 1
	Made    = func() int {
		return 2
	}
)

type Plain struct {
	sync.Mutex
	name string `tag:"x"`
}

type Other = Plain

type (
	In  int
	Box[T any] struct{ v T }
)

// Get has a body.
func (p *Plain) Get(key string) (value int, ok bool) {
	if key == "" {
		return
	}
	return 1, true
}

func (Box[T]) Put(v T) {
}

func Wide(
	r interface {
		Read()
	},
) error {
	return nil
}

func Odd(r interface {
	Read()
}) error {
	return nil
}

func Generic[T any](v T) T { return v }
"""

ROOT = Path(__file__).parents[2]


def contents(text: bytes) -> Contents | None:
    return Contents.of(SourceFile("a.go", text))


def test_all_declarations_together_are_the_file() -> None:
    found = contents(FILE)
    assert found is not None
    whole = parse(SourceFile("a.go", FILE), bodies=False)
    assert not whole.errors
    assert dump(found.parse(range(len(found)))) == dump(whole.file)


@pytest.mark.parametrize("path", sorted((ROOT / "testdata").rglob("*.go")), ids=lambda path: path.stem)
def test_files_read_declaration_by_declaration_as_they_do_in_one_go(path: Path) -> None:
    source = SourceFile(str(path), path.read_bytes())
    found = Contents.of(source)
    whole = parse(source, bodies=False)
    if found is None or whole.errors:
        pytest.skip("its text doesn't tell")
    parts = [found.parse((number,)) for number in range(len(found))]
    assert [dump(each) for part in parts for each in part.imports] == [dump(each) for each in whole.file.imports]
    assert [dump(each) for part in parts for each in part.types] == [dump(each) for each in whole.file.types]
    assert [dump(each) for part in parts for each in part.values] == [dump(each) for each in whole.file.values]
    assert [dump(each) for part in parts for each in part.functions] == [dump(each) for each in whole.file.functions]


@pytest.mark.parametrize(
    "name",
    ["First", "Second", "Third", "Single", "Pair", "grouped", "Made", "Plain", "Other", "In", "Box", "Wide", "Generic"],
)
def test_a_name_leads_to_its_declaration(name: str) -> None:
    found = contents(FILE)
    assert found is not None
    part = found.parse(found.names[name])
    names = [ident.name for spec in part.values for ident in spec.names]
    names += [spec.name.name for spec in part.types]
    names += [function.name.name for function in part.functions]
    assert name in names
    assert not part.imports


def test_methods_are_known_by_their_receiver() -> None:
    found = contents(FILE)
    assert found is not None
    assert {receiver: list(methods) for receiver, methods in found.methods.items()} == {
        "Plain": ["Get"],
        "Box": ["Put"],
    }
    assert "Other" in found.aliases
    (get,) = found.parse(found.methods["Plain"]["Get"]).functions
    assert get.body_span is not None
    assert FILE[slice(*get.body_span)].endswith(b"return 1, true\n}")


@pytest.mark.parametrize(
    "text",
    [
        b"package p\n\nvar doc = `\nfunc Fake() {}\nfunc Other() {}\n`\n",
        b"package p\n\n/*\nfunc Old() {}\n\nfunc Older() {}\n*/\n\nfunc New() {}\n",
        b"package p\n\nfunc\tTabbed() {}\n",
        b"package p\n\nconst ( A = 1; B = 2 )\n",
        b"package p\n\nvar a,\n\tb int\n",
    ],
)
def test_where_the_text_doesnt_tell_nothing_is_said(text: bytes) -> None:
    assert contents(text) is None


def test_go_that_is_newer_than_the_grammar_is_repaired_by_itself() -> None:
    text = b"package p\n\nvar broken = = 2\n\nvar fresh = new(1 + 2)\n\nfunc (t T) Map[U any](v U) U {\n\treturn v\n}\n"
    found = contents(text)
    assert found is not None
    (fresh,) = found.parse(found.names["fresh"]).values
    assert (fresh.pos, fresh.end) == (text.index(b"fresh"), text.index(b"\n\nfunc"))
    (method,) = found.parse(found.methods["T"]["Map"]).functions
    assert [field.names[0].name for field in method.type.type_params] == ["U"]
