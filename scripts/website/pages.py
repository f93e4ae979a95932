"""The pages of the documentation as Markdown: rules from their documents, the guide from the README and from ``docs``.

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
from pubcheck.spec import Category
from pubcheck.spec.markdown import read_sections
from pubcheck.spec.want import marked

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
"""The README's sections that are pages, in the order of the menu. The others are on the first page, and so is one that
a document of ``docs`` has a whole page for."""

_PROJECT = {"CONTRIBUTING.md": "contributing.md", "ARCHITECTURE.md": "architecture.md", "CHANGELOG.md": "changelog.md"}
_PARITY = "parity.md"
_RENAMED = {"README.md": "index.md", "LICENSE": "license.txt"} | _PROJECT
"""What lies elsewhere on the site than in the checkout; a document of ``docs`` lies at the top, too."""

_FENCE = re.compile(r"^(```.*?^```[^\n]*$)", re.MULTILINE | re.DOTALL)
_LAST_CELL = re.compile(r"(?<=\| )[^|\n]*\|$", re.MULTILINE)
_NAME = re.compile(r"(?<![\w`/-])[a-z]+(?:-[a-z]+)+(?![\w`-])")
_ANCHOR = re.compile(r"\]\(#([^)\s]+)\)")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def pages() -> dict[str, str | bytes]:
    """All files of the site by their path: pages as text, and what they link to as it is in the checkout."""
    rules = load()
    sources = [*_PROJECT, *_documents()]
    texts = {_place(source): ((ROOT / source).read_text("utf-8"), source) for source in sources}
    texts[_PARITY] = (_linked_cells(texts[_PARITY][0], rules), texts[_PARITY][1])
    guide = _guide(read_sections((ROOT / "README.md").read_text("utf-8"), "README.md"))
    texts |= {path: (text, "README.md") for path, text in guide.items()}
    texts["rules/index.md"] = (_index([rule.spec for rule in rules.values()]), "rules/index.md")
    texts |= {f"rules/{name}.md": (_rule(rule), f"rules/{name}.md") for name, rule in rules.items()}
    files: set[str] = set()
    made = {path: _linked(text, path, source, rules, files) for path, (text, source) in texts.items()}
    return made | {
        path: (ROOT / source).read_bytes() for source in sorted(files) if (path := _place(source)) not in made
    }


def navigation() -> list[dict[str, Any]]:
    """The menu, as the generator wants it."""
    own = [path for source in _documents() if (path := _place(source)) != _PARITY]
    by_category = [
        {category.capitalize(): [{spec.name: f"rules/{spec.name}.md"} for spec in specs]}
        for category, specs in _categories([rule.spec for rule in load().values()])
    ]
    return [
        {"Guide": ["index.md", *({title: path} for path, title in _GUIDE.values() if path not in own), *own]},
        {"Rules": [{"All rules": "rules/index.md"}, *by_category, {"Other tools": _PARITY}]},
        {"Project": [*_PROJECT.values()]},
    ]


def _documents() -> list[str]:
    return [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]


def _place(source: str) -> str:
    """Where a file of the checkout lies on the site."""
    return _RENAMED.get(source, source.removeprefix("docs/"))


def _guide(sections: Iterable[Section]) -> dict[str, str]:
    made = {"index.md": ""}
    places: dict[str, str] = {}
    own = {_place(source) for source in _documents()}
    for section in sections:
        anchor = section.heading.lower().replace(" ", "-")
        if section.heading in _GUIDE and _GUIDE[section.heading][0] not in own:
            path, title = _GUIDE[section.heading]
            made[path] = f"# {title}\n\n{_text(section)}"
            places[anchor] = path
        else:
            made["index.md"] += f"{'#' * section.level} {section.heading}\n\n{_text(section)}\n\n"
            places[anchor] = f"index.md#{anchor}"
    return {path: _across(text, path, places) for path, text in made.items()}


def _across(text: str, path: str, places: Mapping[str, str]) -> str:
    """The text of ``path`` with its links to sections as they go to the pages that have them."""

    def link(match: re.Match[str]) -> str:
        place = places.get(match[1], path)
        return match[0] if place.partition("#")[0] == path else f"]({place})"

    return _ANCHOR.sub(link, text)


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


def _linked(text: str, path: str, source: str, rules: Mapping[str, Rule], files: set[str]) -> str:
    """The text of ``source`` with its links as they go from ``path``, and with links where a rule stands as code.

    What it links to in the checkout goes to ``files``.
    """
    here = posixpath.dirname(path)

    def rule(match: re.Match[str]) -> str:
        target = f"rules/{match[1]}.md"
        return match[0] if match[1] not in rules or target == path else f"[{match[0]}]({_way(target, here)})"

    def link(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[1]))
        if target.startswith("..") or not (ROOT / target).is_file():
            return match[0]
        files.add(target)
        return f"]({_way(_place(target), here)}"

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
