"""The documentation site: its pages as Markdown, and as the real generator builds them."""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from rulecases import rules

from scripts.website.pages import navigation, pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def files() -> dict[str, str | bytes]:
    return pages()


@pytest.fixture(scope="module")
def site(files: dict[str, str | bytes]) -> dict[str, str]:
    return {path: text for path, text in files.items() if isinstance(text, str)}


def test_each_rule_has_its_page(site: dict[str, str]) -> None:
    for rule in rules():
        page = site[f"rules/{rule.name}.md"]
        assert page.startswith(f"# {rule.title}\n\n`{rule.name}`\n")
        assert f"| {rule.category} | {rule.severity} | {rule.confidence} |" in page
        assert "## Bad" in page
        assert "## Good" in page
        assert ("## Known limits" in page) == bool(rule.known_limits)
        assert f"| [{rule.name}]({rule.name}.md) | {rule.title} |" in site["rules/index.md"]


def test_examples_are_shown_without_their_tests(site: dict[str, str]) -> None:
    for rule in rules():
        page = site[f"rules/{rule.name}.md"]
        assert "// want" not in page
        assert page.count("```go") == len(rule.bad) + len(rule.good)
        assert page.count("hl_lines=") == len(rule.bad)


def test_the_lines_that_are_highlighted_are_those_that_are_found(site: dict[str, str]) -> None:
    fence = re.search(r'```go hl_lines="(\d+)"\n(.*?)```', site["rules/mixed-atomic-access.md"], re.DOTALL)
    assert fence is not None
    assert fence[2].split("\n")[int(fence[1]) - 1] == "\treturn g.level"


def test_links_lead_somewhere(files: dict[str, str | bytes]) -> None:
    for path, text in files.items():
        if isinstance(text, str):
            for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", _FENCE.sub("", text)):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in files, f"{path}: {target}"


def test_rules_are_linked_where_they_are_named(site: dict[str, str]) -> None:
    assert "[`load-then-store`](rules/load-then-store.md)" in site["index.md"]
    assert "[timer-misuse](rules/timer-misuse.md)°" in site["parity.md"]


def test_links_within_the_readme_lead_to_the_page_that_has_the_section(site: dict[str, str]) -> None:
    assert "](index.md#in-ci)" in site["install.md"]
    assert "](index.md#new-findings-only)" in site["configuration.md"]
    assert "](#in-ci)" not in "".join(text for path, text in site.items() if path != "index.md")


def test_what_a_page_links_to_is_there(files: dict[str, str | bytes]) -> None:
    assert b"Apache License" in files["license.txt"]
    assert "](license.txt)" in files["index.md"]
    assert b'"$schema"' in files["src/pubcheck/report/schema/report.schema.json"]


def test_the_menu_has_every_page(site: dict[str, str]) -> None:
    assert sorted(_targets(navigation())) == sorted(path for path in site if path.endswith(".md"))


def _targets(menu: Any) -> Iterator[str]:
    if isinstance(menu, str):
        yield menu
    else:
        for entry in menu.values() if isinstance(menu, dict) else menu:
            yield from _targets(entry)


def test_mkdocs_builds_it(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    pytest.importorskip("material", reason="the extra `docs` isn't installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=pytestconfig.rootpath, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for rule in rules():
        assert (tmp_path / "rules" / rule.name / "index.html").is_file()
    found = json.loads((tmp_path / "search" / "search_index.json").read_text("utf-8"))["docs"]
    assert {f"rules/{rule.name}/" for rule in rules()} <= {one["location"] for one in found}
    home = (tmp_path / "index.html").read_text("utf-8")
    assert re.findall(r'<(?:script|link)\b[^>]*\b(?:src|href)="https?://[^"]*', home) == [], "nothing is fetched"
