"""The pages of the documentation as Markdown: rules from their documents, the guide from the README.

Nothing is written down here that a document says already; a page that isn't made from one is a table of those that are.
"""

from __future__ import annotations

import posixpath
import re
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.report.ruletext import markdown, options
from pubcheck.rules.registry import load
from pubcheck.spec import Category, marked
from pubcheck.spec.markdown import read_sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from pubcheck.rules.registry import Rule
    from pubcheck.spec import Example, RuleSpec
    from pubcheck.spec.markdown import Section

ROOT = Path(__file__).resolve().parents[2]

_GUIDE = {
    "Install": ("install.md", "Getting started"),
    "Configure": ("configuration.md", "Configuration"),
    "Suppress": ("suppressions.md", "Suppressions"),
    "Fix": ("fixes.md", "Fixes"),
    "In CI": ("ci.md", "CI"),
    "Honest limits": ("limits.md", "Honest limits"),
}
"""The README's sections that are pages, in the order of the menu; the others are on the first page."""

_DOCUMENTS = {
    "docs/parity.md": "parity.md",
    "CONTRIBUTING.md": "contributing.md",
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
}
_FILES = {
    "LICENSE": "license.txt",
    "src/pubcheck/report/schema/report.schema.json": "report.schema.json",
    "src/pubcheck/report/schema/rules.schema.json": "rules.schema.json",
}
_ELSEWHERE = {"README.md": "index.md"} | _DOCUMENTS | _FILES
"""Where what the documents link to lies on the site."""

_FENCE = re.compile(r"^(```.*?^```[^\n]*$)", re.MULTILINE | re.DOTALL)
_LAST_CELL = re.compile(r"(?<=\| )[^|\n]*\|$", re.MULTILINE)
_NAME = re.compile(r"(?<![\w`/-])[a-z]+(?:-[a-z]+)+(?![\w`-])")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def pages() -> dict[str, str]:
    """All files of the site by their path, those that are Markdown and those that are given as they are."""
    rules = load()
    site = {path: (ROOT / source).read_text("utf-8") for source, path in _DOCUMENTS.items()}
    site["parity.md"] = _linked_cells(site["parity.md"], rules)
    site |= _guide(read_sections((ROOT / "README.md").read_text("utf-8"), "README.md"))
    site["rules/index.md"] = _index([rule.spec for rule in rules.values()])
    site |= {f"rules/{name}.md": _rule(rule) for name, rule in rules.items()}
    made = {path: _linked(text, path, rules) for path, text in site.items()}
    return made | {path: (ROOT / source).read_text("utf-8") for source, path in _FILES.items()}


def navigation() -> list[dict[str, Any]]:
    """The menu, as the generator wants it."""
    by_category = [
        {category.capitalize(): [{spec.name: f"rules/{spec.name}.md"} for spec in specs]}
        for category, specs in _categories([rule.spec for rule in load().values()])
    ]
    return [
        {"Guide": ["index.md", *({title: path} for path, title in _GUIDE.values())]},
        {"Rules": [{"All rules": "rules/index.md"}, *by_category, {"Other tools": "parity.md"}]},
        {"Project": ["contributing.md", "architecture.md", "changelog.md"]},
    ]


def _guide(sections: Iterable[Section]) -> dict[str, str]:
    made = {"index.md": ""}
    for section in sections:
        if section.heading in _GUIDE:
            path, title = _GUIDE[section.heading]
            made[path] = f"# {title}\n\n{_text(section)}"
        else:
            made["index.md"] += f"{'#' * section.level} {section.heading}\n\n{_text(section)}\n\n"
    return made


def _text(section: Section) -> str:
    blocks = [(fence.before, f"```{fence.info}\n{fence.text}```") for fence in section.fences]
    return "\n\n".join(part for part in [*chain.from_iterable(blocks), section.after] if part)


def _rule(rule: Rule) -> str:
    spec = rule.spec
    facts = {
        "Category": spec.category,
        "Severity": spec.severity,
        "Confidence": spec.confidence,
        "By default": "on" if spec.default else "off",
        "Fixes": " and ".join(spec.fixes) or "none",
        "Since": spec.since,
    }
    table = f"| {' | '.join(facts)} |\n|{'---|' * len(facts)}\n| {' | '.join(facts.values())} |"
    text = [f"# {spec.title}", f"`{spec.name}`", table, markdown(spec, _fence), options(spec.name, rule.options)]
    return "\n\n".join(part for part in text if part)


def _fence(example: Example) -> str:
    """The example, with the lines highlighted on which the rule finds something."""
    text, found = marked(example.text.rstrip())
    highlight = f' hl_lines="{" ".join(map(str, found))}"' if found else ""
    return f"```go{highlight}\n{text}\n```"


def _index(specs: Iterable[RuleSpec]) -> str:
    parts = ["# Rules", "A rule that is off by default runs when it is selected by its name or its category."]
    for category, group in _categories(specs):
        rows = [
            f"| [{spec.name}]({spec.name}.md) | {spec.title} | {spec.severity} | {'on' if spec.default else 'off'} |"
            for spec in group
        ]
        head = ["| rule | what it finds | severity | by default |", "|---|---|---|---|"]
        parts += [f"## {category.capitalize()}", "\n".join(head + rows)]
    return "\n\n".join(parts)


def _categories(specs: Iterable[RuleSpec]) -> list[tuple[Category, list[RuleSpec]]]:
    order = [*Category]
    ranked = sorted(specs, key=lambda spec: (order.index(spec.category), spec.name))
    return [(category, list(group)) for category, group in groupby(ranked, lambda spec: spec.category)]


def _linked(text: str, path: str, rules: Mapping[str, Rule]) -> str:
    """``text`` with its links as they go from ``path``, and with links where a rule's name stands as code."""
    here = posixpath.dirname(path)

    def rule(match: re.Match[str]) -> str:
        target = f"rules/{match[1]}.md"
        return match[0] if match[1] not in rules or target == path else f"[{match[0]}]({_way(target, here)})"

    def link(match: re.Match[str]) -> str:
        return f"]({_way(_ELSEWHERE[match[1]], here)}" if match[1] in _ELSEWHERE else match[0]

    parts = _FENCE.split(text)
    parts[::2] = [re.sub(r"(?<!\[)`([a-z-]+)`(?!\])", rule, _LINK.sub(link, part)) for part in parts[::2]]
    return "".join(parts)


def _way(target: str, here: str) -> str:
    return posixpath.relpath(target, here or ".")


def _linked_cells(text: str, rules: Mapping[str, Rule]) -> str:
    """The rules' names in the last column of tables as links: elsewhere such a word may be another tool's."""

    def name(match: re.Match[str]) -> str:
        return f"[{match[0]}](rules/{match[0]}.md)" if match[0] in rules else match[0]

    return _LAST_CELL.sub(lambda cell: _NAME.sub(name, cell[0]), text)
