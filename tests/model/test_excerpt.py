"""Of an imported package only what is asked for is declared, and it is what the whole package would say."""

from __future__ import annotations

import pytest
from snippet import TextProject, ask, load

from pubcheck.model.package import Package
from pubcheck.model.program import Program
from pubcheck.model.symbols import Func, TypeName

LIB = {
    "a.go": """package lib

import "sync"

const (
	A = iota
	B
	C
)

var x, Y = 1, Make()

type T struct {
	mu sync.Mutex
	n  int
}

type Alias = T

func (t *T) Get() int {
	return t.n
}

func Twice() int { return 1 }
""",
    "b.go": """package lib

func Make() *T { return &T{} }

func (a *Alias) Renamed() string {
	return ""
}

func (m Missing) Lost() {}

func Twice() string { return "" }

type E struct{ *T }

type Iface interface {
	Get() int
}

func init() {}
""",
    # Its text doesn't tell what it declares, so it is parsed as a whole.
    "c.go": "package lib\n\nvar Text = `\nfunc Fake() {}\n`\n\nfunc (t T) Late() {}\n\nfunc Twice() {}\n",
}


def test_selectors_find_what_is_asked_for() -> None:
    text = """package p
import "lib"
func f(e lib.E, i lib.Iface) {
	_ = lib.C // const: lib.C => 2
	_ = lib.Y // type: lib.Y => *lib.T
	_ = lib.Twice() // type: lib.Twice() => int
	_ = e.Renamed() // callee: e.Renamed() => func (*lib.T).Renamed
	_ = e.Get // selects: e.Get => method lib.T.Get via E.T indirect
	_ = e.Late // selects: e.Late => method lib.T.Late via E.T indirect
	_ = lib.Fake // selects: lib.Fake => unknown
	_ = lib.Absent // selects: lib.Absent => unknown
	_ = lib.Text // type: lib.Text => string
	i.Get() // callee: i.Get() => interface (lib.Iface).Get of lib.Iface
}
"""
    ask({"p": {"p.go": text}, "lib": LIB})


def both() -> tuple[Package, Package]:
    project = TextProject({"lib": LIB, "p": {"p.go": 'package p\nimport "lib"\n'}})
    source = project.find("lib", None)  # type: ignore[arg-type]
    assert source is not None
    return Program(project).package(source), Program(project).package(source, imported=True)


def test_who_asks_for_all_gets_it_in_order() -> None:
    whole, partly = both()
    early = partly.lookup("Make")
    assert sorted(partly.scope) == sorted(whole.scope)
    assert [(each.full_name, each.pos) for each in partly.functions] == [
        (each.full_name, each.pos) for each in whole.functions
    ]
    assert [one.spec.pos for one in partly.initialisers] == [one.spec.pos for one in whole.initialisers]
    assert early in partly.functions


def test_asking_for_one_declares_no_others() -> None:
    _, partly = both()
    assert isinstance(partly.lookup("Make"), Func)
    assert partly.lookup("Make") is partly.scope["Make"]
    assert "Absent" not in partly.scope
    with pytest.raises(KeyError):
        partly.scope["Absent"]


def test_methods_are_those_of_the_type_and_of_its_other_name() -> None:
    whole, partly = both()
    found = []
    for package in (whole, partly):
        t = package.lookup("T")
        assert isinstance(t, TypeName)
        assert "Nope" not in t.methods
        found.append(list(t.methods))
    assert found[0] == found[1] == ["Get", "Renamed", "Late"]


def test_bodies_of_such_a_package_can_be_looked_at() -> None:
    _, partly = both()
    get = next(func for func in partly.functions if func.name == "Get")
    assert get.decl is not None
    info = partly.info(get.decl)
    assert info.body is not None
    assert len(info.body.statements) == 1
    assert load({"lib": LIB}, "lib").lookup("T") is not None


def test_a_package_that_becomes_of_interest_keeps_what_others_hold_of_it() -> None:
    whole, _ = both()
    project = TextProject({"lib": LIB})
    source = project.find("lib", None)  # type: ignore[arg-type]
    assert source is not None
    program = Program(project)
    partly = program.package(source, imported=True)
    t, twice, y = partly.lookup("T"), partly.lookup("Twice"), partly.lookup("Y")
    assert isinstance(t, TypeName)
    get = t.methods["Get"]
    own = program.package(source)
    assert own is partly
    assert (own.lookup("T"), own.lookup("Twice"), own.lookup("Y")) == (t, twice, y)
    assert get in own.functions
    trees = [decl for file in own.files for decl in file.tree.file.functions]
    assert [own.func_of(decl).decl for decl in trees] == trees
    assert list(own.scope) == list(whole.scope)
    assert [(first.name, second.path) for first, second in own.redeclared] == [
        (first.name, second.path) for first, second in whole.redeclared
    ]
    assert y in [variable for one in own.initialisers for variable in one.variables]
