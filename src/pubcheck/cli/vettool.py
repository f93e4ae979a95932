"""``go vet -vettool=$(which pubcheck)``: the protocol by which the go command has a tool look at one package at a time.

It asks for a version, by which it keeps what the tool said; for the tool's flags; and then hands over unit after unit,
those that are only imported for their facts alone. What is found it wants as JSON, or as fixes (``go vet -fix``, and
``go fix -fixtool``): the changed files in an archive that it unpacks when all is done, or a difference.

Most units are packages of the standard library, about which pubcheck has tables: they cost a start of the interpreter,
so nothing is imported before it is needed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine import Config, Report
    from pubcheck.engine.unit import Facts
    from pubcheck.source import Overlay, Span

_FLAGS = {
    "select": "run these only: names of rules, categories, 'default' or 'all', separated by commas",
    "ignore": "don't run these; the same words",
    "min-confidence": "show what is at least this sure: high, medium or low",
}
_JSON, _FIX, _DIFF = _MODES = ("-json", "-fix", "-diff")
"""What the go command adds itself."""
_FINDINGS, _USAGE = 1, 2


def run(argv: Sequence[str]) -> int:
    """Answer the go command."""
    if argv[0] == "-V=full":
        sys.stdout.write(_version())
        return 0
    if argv[0] == "-flags":
        flags = [{"Name": name, "Bool": False, "Usage": usage} for name, usage in _FLAGS.items()]
        flags.append({"Name": "json", "Bool": True, "Usage": "what is found as JSON"})  # else it isn't handed on
        sys.stdout.write(f"{json.dumps(flags)}\n")
        return 0
    return _vet(argv[:-1], Path(argv[-1]))


def _version() -> str:
    """A line that differs whenever what pubcheck says may: by its own code, or by the configuration."""
    import hashlib  # noqa: PLC0415 see above

    from pubcheck import __version__  # noqa: PLC0415
    from pubcheck.engine.cache import code_version  # noqa: PLC0415
    from pubcheck.engine.check import PROJECT_RULES  # noqa: PLC0415
    from pubcheck.engine.configfile import find_config  # noqa: PLC0415

    known = hashlib.blake2b(code_version(), digest_size=16)
    config = find_config(Path.cwd())
    folder = config.parent if config else Path.cwd()
    for path in (config, *sorted((folder / PROJECT_RULES).glob("*.md")), *sorted(folder.glob("pubcheck-baseline*"))):
        if path is not None and path.is_file():
            known.update(path.read_bytes())
    return f"pubcheck version {__version__} {known.hexdigest()}\n"


def _vet(options: Sequence[str], path: Path) -> int:
    try:
        unit = json.loads(path.read_bytes())
        output = Path(unit["VetxOutput"])
        if unit["VetxOnly"] and not (unit.get("Module") or {}).get("Main"):
            output.write_bytes(b"\x80")  # no facts: of dependencies the declarations are read, and no more
            return 0
        look = _Look(unit, options)
        said = _fixed(look, options) if _FIX in options and not unit["VetxOnly"] else _found(look, options)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"pubcheck: {path}: {type(error).__name__}: {error}\n")
        return _USAGE
    from pubcheck.engine.unit import encoded  # noqa: PLC0415 see above

    output.write_bytes(encoded(look.facts))
    return said


class _Look:
    """Looks at a unit, as it is or as it would be. ``facts`` are those of the first look."""

    def __init__(self, unit: Mapping[str, Any], options: Sequence[str]) -> None:
        """Take in what the go command says.

        Raises:
            ValueError: a flag or the configuration is wrong.
        """
        from pubcheck.engine import ConfigError, available_rules, find_config, load_config  # noqa: PLC0415
        from pubcheck.engine.config import Config  # noqa: PLC0415
        from pubcheck.engine.unit import decoded  # noqa: PLC0415

        self.unit = unit
        self.folder = Path(unit["Dir"])
        self.files = [str(self.folder / name) for name in unit["GoFiles"]]
        self.facts: Facts = {}
        self._known: Facts = {}
        for name in sorted((unit.get("PackageVetx") or {}).values()):
            self._known |= decoded(Path(name).read_bytes())
        try:
            found = find_config(self.folder)
            config = _chosen(load_config(found) if found else Config(), options)
            self._rules = {} if unit["VetxOnly"] else available_rules(config.folder or self.folder)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        self._config = config if self._rules else Config(blocking=config.blocking, folder=config.folder)

    def __call__(self, *, overlay: Overlay | None = None) -> Report:
        """What is found in the unit's own files, with the fixes that change no others.

        Raises:
            ValueError: the configuration is wrong, or there is nothing to check.
        """
        import msgspec  # noqa: PLC0415 see above

        from pubcheck.engine import ConfigError, PatternError  # noqa: PLC0415
        from pubcheck.engine.unit import check_unit  # noqa: PLC0415

        try:
            report, facts = check_unit(self.folder, self.files, self._known, self._config, self._rules, overlay=overlay)
        except (ConfigError, PatternError) as error:
            raise ValueError(str(error)) from None
        self.facts = self.facts or facts
        own = [one for one in report.diagnostics if one.span.path in self.files]
        return msgspec.structs.replace(report, diagnostics=tuple(map(self._own, own)))

    def _own(self, one: Diagnostic) -> Diagnostic:
        import msgspec  # noqa: PLC0415 see above

        fixes = (fix for fix in one.fixes if all(edit.span.path in self.files for edit in fix.edits))
        return msgspec.structs.replace(one, fixes=tuple(fixes))


def _chosen(config: Config, options: Sequence[str]) -> Config:
    """The configuration with the flags laid over it, as the command line of ``check`` has it."""
    import msgspec  # noqa: PLC0415 see above

    from pubcheck.diagnostic import Confidence  # noqa: PLC0415

    changes: dict[str, Any] = {}
    for option in options:
        name, _, value = option.lstrip("-").partition("=")
        if name == "select":
            changes |= {"select": tuple(value.split(",")), "ignore": ()}
        elif name == "ignore":
            changes["ignore"] = tuple(value.split(","))
        elif name == "min-confidence":
            changes["min_confidence"] = Confidence(value)
        elif option not in _MODES:
            raise ValueError(f"the flag {option} isn't known")
    return msgspec.structs.replace(config, **changes)


def _found(look: _Look, options: Sequence[str]) -> int:
    """Tell what is found: as JSON in a file of the go command's, or as lines, as older ones want it."""
    report, unit = look(), look.unit
    if unit["VetxOnly"]:
        return 0
    if _JSON not in options:
        sys.stderr.writelines(f"{_place(one.span, report)}: {_message(one)}\n" for one in report.diagnostics)
        return _FINDINGS if report.diagnostics else 0
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for one in report.diagnostics:
        by_rule.setdefault(one.rule, []).append(_told(one, report))
    text = json.dumps({unit["ID"]: by_rule}, indent="\t") if by_rule else "{}"
    _say(f"{text}\n", unit)
    return 0


def _told(one: Diagnostic, report: Report) -> dict[str, Any]:
    from pubcheck.edits import complete  # noqa: PLC0415 the parser comes with it, and few units have findings

    related = [{**_ends(other.span, report), "message": other.message} for other in one.related]
    told = {"category": one.rule, **_ends(one.span, report), "message": _message(one), "related": related}
    fixes = [
        {
            "message": fix.title,
            "edits": [
                {"filename": edit.span.path, "start": edit.span.start, "end": edit.span.end, "new": edit.text}
                for edit in complete(fix, report.sources.__getitem__)
            ],
        }
        for fix in one.fixes
        if fix.safe
    ]
    return {**told, "suggested_fixes": fixes} if fixes else told


def _fixed(look: _Look, options: Sequence[str]) -> int:
    """Make the safe fixes, for the go command to put on the disk or to show; what is left isn't told then."""
    from pubcheck.edits import unified_diff  # noqa: PLC0415 see above
    from pubcheck.engine import mend  # noqa: PLC0415

    after = sorted((mended := mend(look)).after.items())
    if _DIFF in options:
        root = next((one for one in (look.folder, *look.folder.parents) if (one / "go.mod").is_file()), look.folder)
        names = {path: Path(path).relative_to(root).as_posix() for path, _ in after}
        _say("".join(unified_diff(names[path], mended.before[path], text) for path, text in after), look.unit)
        return 0
    from zipfile import ZipFile, ZipInfo  # noqa: PLC0415

    archive = look.unit.get("FixArchive")
    if not archive:
        raise ValueError("this go command takes no fixes from a tool; pubcheck --fix makes them")
    with ZipFile(archive, "w") as fixed:
        for path, text in after:
            fixed.writestr(ZipInfo(path), text)  # without the time, so that equal fixes are equal bytes
    return 0


def _say(text: str, unit: Mapping[str, Any]) -> None:
    if unit.get("Stdout"):
        Path(unit["Stdout"]).write_text(text, "utf-8", "surrogateescape")
    else:
        sys.stdout.write(text)


def _message(one: Diagnostic) -> str:
    return f"{' '.join(one.message.split())} ({one.rule})"


def _ends(span: Span, report: Report) -> dict[str, str]:
    _, end = report.sources.ends(span)
    return {"posn": _place(span, report), "end": f"{span.path}:{end.line}:{end.column}"}


def _place(span: Span, report: Report) -> str:
    start, _ = report.sources.ends(span)
    return f"{span.path}:{start.line}:{start.column}"
