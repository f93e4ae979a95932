"""Every piece of Go that says what pubcheck finds in it: examples of rule documents, and files below ``testdata``.

A case is one package. Under ``testdata/rules/<rule>``, ``testdata/reference`` and ``testdata/silent`` each file is a
package of its own, and so is each folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pubcheck.spec import Example, ExampleFile, Module, RuleSpec, load_rules, rules_dir
from pubcheck.spec.want import Expectation, Kind, expectations

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
LANGUAGE = "1.27"
MODULE = "example.test"


@dataclass(frozen=True)
class Case:
    """One package and what is expected of it.

    ``rule`` is None for code that all rules look at. ``good`` code is silent under all rules.
    """

    id: str
    rule: str | None
    files: tuple[ExampleFile, ...]
    origins: dict[str, str]
    good: bool = False
    race: bool = False
    go: str = LANGUAGE
    driver: ExampleFile | None = None
    expected: dict[str, list[Expectation]] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Lay the package's files out in ``folder``."""
        for file in (*self.files, *((self.driver,) if self.driver else ())):
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, "utf-8")

    def lines(self, name: str, *kinds: Kind) -> set[int]:
        """Lines of the file ``name`` with an expectation of one of ``kinds``."""
        return {one.line for one in self.expected.get(name, []) if one.kind in kinds}

    def place(self, name: str, line: int) -> str:
        """Where line ``line`` of the file ``name`` stands in the project."""
        file = next((file for file in self.files if file.name == name), None)
        return f"{self.origins[name]}:{file.line + line - 1}" if file else f"{name}:{line}"


@cache
def rules() -> tuple[RuleSpec, ...]:
    """All rule documents of the project."""
    return load_rules([rules_dir()])


@cache
def undetected() -> frozenset[str]:
    """Rules whose module isn't there."""
    modules = Path(__file__).resolve().parents[2] / "src" / "pubcheck" / "rules"
    return frozenset(
        rule.name
        for rule in rules()
        if isinstance(rule.detection, Module) and not (modules / f"{rule.detection.name}.py").exists()
    )


@cache
def example_cases() -> tuple[Case, ...]:
    """The examples of all documents."""
    cases = []
    for rule in rules():
        for kind, examples in (("bad", rule.bad), ("good", rule.good)):
            cases += [_example_case(rule, kind, number, example) for number, example in enumerate(examples, 1)]
    return tuple(cases)


@cache
def data_cases() -> tuple[Case, ...]:
    """Packages below ``testdata/rules``, by rule."""
    return tuple(
        _folder_case(path, folder.name)
        for folder in sorted((TESTDATA / "rules").iterdir())
        for path in sorted(folder.iterdir())
    )


@cache
def shared_cases() -> tuple[Case, ...]:
    """Packages that all rules look at: the reference code, and code that is silent however much it looks like a bug."""
    return tuple(
        _folder_case(path, None) for folder in ("reference", "silent") for path in sorted((TESTDATA / folder).iterdir())
    )


def all_cases() -> tuple[Case, ...]:
    """Everything there is."""
    return (*example_cases(), *data_cases(), *shared_cases())


def _example_case(rule: RuleSpec, kind: str, number: int, example: Example) -> Case:
    return Case(
        id=f"{rule.name}-{kind}-{number}",
        rule=rule.name,
        files=example.files,
        origins={file.name: rule.path for file in example.files},
        good=kind == "good",
        race=example.race,
        go=example.go or LANGUAGE,
        driver=example.driver,
        expected={file.name: expectations(file.text, rule.path, file.line) for file in example.files},
    )


def _folder_case(path: Path, rule: str | None) -> Case:
    paths = sorted(path.rglob("*.go")) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    files = tuple(ExampleFile(one.relative_to(root).as_posix(), one.read_text("utf-8"), 1) for one in paths)
    return Case(
        id="-".join(path.relative_to(TESTDATA).with_suffix("").parts),
        rule=rule,
        files=files,
        origins={file.name: str(one) for file, one in zip(files, paths, strict=True)},
        expected={file.name: expectations(file.text, str(one)) for file, one in zip(files, paths, strict=True)},
    )
