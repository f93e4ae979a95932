"""``go vet -vettool=$(which pubcheck)``: the protocol by which the go command has a tool look at one package at a time.

It asks for a version, by which it keeps what the tool said; for the tool's flags; and then hands over unit after unit,
those that are only imported for their facts alone. Most of those are packages of the standard library, about which
pubcheck has tables: they cost a start of the interpreter, so nothing is imported before it is needed.
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
    from pubcheck.source import Span

_FLAGS = {
    "select": "run these only: names of rules, categories, 'default' or 'all', separated by commas",
    "ignore": "don't run these; the same words",
    "min-confidence": "show what is at least this sure: high, medium or low",
}
_JSON = "-json"
_FINDINGS, _USAGE = 1, 2


def run(argv: Sequence[str]) -> int:
    """Answer the go command."""
    if argv[0] == "-V=full":
        sys.stdout.write(_version())
        return 0
    if argv[0] == "-flags":
        flags = [{"Name": name, "Bool": False, "Usage": usage} for name, usage in _FLAGS.items()]
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
        report, facts = _checked(unit, options)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"pubcheck: {path}: {type(error).__name__}: {error}\n")
        return _USAGE
    from pubcheck.engine.unit import encoded  # noqa: PLC0415 see above

    output.write_bytes(encoded(facts))
    return 0 if unit["VetxOnly"] else _tell(report, unit, as_json=_JSON in options)


def _checked(unit: Mapping[str, Any], options: Sequence[str]) -> tuple[Report, Facts]:
    """The unit's report and its facts.

    Raises:
        ValueError: a flag or the configuration is wrong, or there is nothing to check.
    """
    from pubcheck.engine import ConfigError, PatternError, available_rules, find_config, load_config  # noqa: PLC0415
    from pubcheck.engine.config import Config  # noqa: PLC0415
    from pubcheck.engine.unit import check_unit, decoded  # noqa: PLC0415

    folder = Path(unit["Dir"])
    facts: Facts = {}
    for name in sorted((unit.get("PackageVetx") or {}).values()):
        facts |= decoded(Path(name).read_bytes())
    try:
        found = find_config(folder)
        config = _chosen(load_config(found) if found else Config(), options)
        rules = {} if unit["VetxOnly"] else available_rules(config.folder or folder)
        config = config if rules else Config(blocking=config.blocking, folder=config.folder)
        return check_unit(folder, [str(folder / name) for name in unit["GoFiles"]], facts, config, rules)
    except (ConfigError, PatternError) as error:
        raise ValueError(str(error)) from None


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
        elif option != _JSON:
            raise ValueError(f"the flag {option} isn't known")
    return msgspec.structs.replace(config, **changes)


def _tell(report: Report, unit: Mapping[str, Any], *, as_json: bool) -> int:
    """Hand over what was found: as JSON in a file of the go command's, or as lines, as older ones want it."""
    own = {str(Path(unit["Dir"]) / name) for name in unit["GoFiles"]}
    found = [one for one in report.diagnostics if one.span.path in own]
    if not as_json:
        sys.stderr.writelines(f"{_place(one.span, report)}: {_message(one)}\n" for one in found)
        return _FINDINGS if found else 0
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        related = [{"posn": _place(other.span, report), "message": other.message} for other in one.related]
        told = {"category": one.rule, "posn": _place(one.span, report), "message": _message(one), "related": related}
        by_rule.setdefault(one.rule, []).append(told)
    text = json.dumps({unit["ID"]: by_rule}, indent="\t") if by_rule else "{}"
    if unit.get("Stdout"):
        Path(unit["Stdout"]).write_text(f"{text}\n", "utf-8")
    else:
        sys.stdout.write(f"{text}\n")
    return 0


def _message(one: Diagnostic) -> str:
    return f"{' '.join(one.message.split())} ({one.rule})"


def _place(span: Span, report: Report) -> str:
    start, _ = report.sources.ends(span)
    return f"{span.path}:{start.line}:{start.column}"
