from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence, Severity
from pubcheck.engine import ConfigError, find_config, load_config

if TYPE_CHECKING:
    from pathlib import Path

FULL = """\
select = ["default", "locks"]
ignore = ["map-race"]
min-confidence = "high"
exclude = ["*.pb.go"]
tests = false
generated = true
goos = "windows"
goarch = "386"
tags = ["integration"]
goroot = "/usr/local/go"
targets = ["386", "arm"]
blocking = ["corp/db.*"]

[severity]
map-race = "hint"

[rules.inconsistent-guard]
share = 0.9
"""


def test_every_key_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pubcheck.toml"
    path.write_text(FULL)
    config = load_config(path)
    assert config.select == ("default", "locks")
    assert config.ignore == ("map-race",)
    assert config.min_confidence is Confidence.HIGH
    assert config.exclude == ("*.pb.go",)
    assert (config.tests, config.generated) == (False, True)
    assert (config.goos, config.goarch, config.tags) == ("windows", "386", ("integration",))
    assert config.goroot == "/usr/local/go"
    assert config.targets == ("386", "arm")
    assert config.blocking == ("corp/db.*",)
    assert config.severity == {"map-race": Severity.HINT}
    assert config.rules == {"inconsistent-guard": {"share": 0.9}}
    assert config.folder == tmp_path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\n\nselct = ["all"]\n', 'pubcheck.toml:3: unknown key "selct"; did you mean "select"?'),
        ("xyzzy = 1\n", 'pubcheck.toml:1: unknown key "xyzzy"'),
        ("[foldr]\nx = 1\n", 'pubcheck.toml:1: unknown key "foldr"'),
        ('folder = "x"\n', 'pubcheck.toml:1: unknown key "folder"'),
        ('tests = true\nselect = "all"\n', "pubcheck.toml:2: select: expected a list, got a string"),
        ("select = [1]\n", "pubcheck.toml:1: select: expected a string, got a whole number"),
        ('tests = "no"\n', "pubcheck.toml:1: tests: expected true or false, got a string"),
        ('min-confidence = "sure"\n', "pubcheck.toml:1: min-confidence: invalid enum value 'sure'"),
        ('\n[severity]\nmap-race = "bad"\n', "pubcheck.toml:2: severity: invalid enum value 'bad'"),
        ("rules = 3\n", "pubcheck.toml:1: rules: expected a table, got a whole number"),
    ],
)
def test_what_is_wrong_is_said_by_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "pubcheck.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path, shown="pubcheck.toml")
    assert str(caught.value) == message


@pytest.mark.parametrize("data", [b"select = [", b"\xff\xfe", b"a = 1\na = 2\n", b"x = " + b"[" * 100_000])
def test_what_isnt_toml_is_an_error_and_no_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "pubcheck.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=r"pubcheck\.toml: isn't TOML: "):
        load_config(path)


def test_a_file_that_isnt_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: No such file"):
        load_config(tmp_path / "pubcheck.toml")


@pytest.mark.parametrize("name", ["pubcheck.toml", ".pubcheck.toml"])
def test_the_nearest_file_above_is_found(tmp_path: Path, name: str) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / name).write_text("")
    assert find_config(deep) == tmp_path / name
    (tmp_path / "a" / name).write_text("")
    assert find_config(deep) == tmp_path / "a" / name
