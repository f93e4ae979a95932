"""go.mod and go.work as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.model.project.gomod import read_gomod
from pubcheck.model.project.gowork import read_gowork
from pubcheck.model.project.modfile import Replace, read_go_version
from pubcheck.model.project.workspace import version_key


def test_go_mod() -> None:
    gomod = read_gomod(
        """// a comment
module "example.com/m" // another

go 1.22.3
toolchain go1.23.1

require example.com/one v1.0.0
require (
	example.com/two v1.2.3 // indirect
	`example.com/three` v0.0.0-20240102030405-abcdefabcdef
)
replace (
	example.com/one => ../one
	example.com/two v1.2.3 => example.com/fork v1.3.0
)
exclude example.com/two v1.2.2
retract [v1.0.0, v1.1.0]
ignore ./node_modules
tool example.com/three/cmd
"""
    )

    assert gomod.module == "example.com/m"
    assert gomod.go_version == (1, 22)
    assert gomod.requires == {
        "example.com/one": "v1.0.0",
        "example.com/two": "v1.2.3",
        "example.com/three": "v0.0.0-20240102030405-abcdefabcdef",
    }
    assert gomod.replaces == (
        Replace("example.com/one", "", "../one", ""),
        Replace("example.com/two", "v1.2.3", "example.com/fork", "v1.3.0"),
    )
    assert gomod.ignores == ("./node_modules",)
    assert gomod.complaints == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("module m\nmodul x\n", 2),
        ("module m\nrequire (\n a v1\n", 2),
        ("module m\ngo one\n", 2),
        ("module m\nreplace a b\n", 2),
        ('module m\nrequire "a v1\n', 2),
        ("module m\n)\n", 2),
        ("go 1.22\n", 0),
    ],
)
def test_a_broken_go_mod_tells_where(text: str, line: int) -> None:
    gomod = read_gomod(text)

    assert [complaint.line for complaint in gomod.complaints] == [line]
    assert gomod.module == ("m" if "module" in text else "")


def test_go_work() -> None:
    gowork = read_gowork('go 1.22\nuse (\n\t.\n\t"./a b"\n)\nuse ./c\nreplace x => ./y\nusing z\n')

    assert gowork.uses == (".", "./a b", "./c")
    assert gowork.replaces == (Replace("x", "", "./y", ""),)
    assert [complaint.line for complaint in gowork.complaints] == [8]


MODULE_TEXT = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["module", "go", "require", "replace", "use", "(", ")", "=>", "m", "v1.2.3", '"', "`", "//", "\n", ","]
        )
    ).map(" ".join),
)


@given(MODULE_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    for complaint in (*read_gomod(text).complaints, *read_gowork(text).complaints):
        assert complaint.message
        assert 0 <= complaint.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.22", (1, 22)), ("1.22.3", (1, 22)), ("1.23rc1", (1, 23)), ("1", None), ("go1.22", None), ("", None)],
)
def test_language_versions(text: str, version: tuple[int, int] | None) -> None:
    assert read_go_version(text) == version


def test_versions_sort_as_semantic_versioning_has_it() -> None:
    versions = [
        "",
        "v0.9.0",
        "v1.0.0-0.1",
        "v1.0.0-alpha",
        "v1.0.0-alpha.1",
        "v1.0.0-beta",
        "v1.0.0",
        "v1.2.0",
        "v1.10.0",
    ]

    shuffled = versions[::2] + versions[1::2]

    assert sorted(shuffled, key=version_key) == versions
