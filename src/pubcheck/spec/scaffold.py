"""The files that a new rule begins with."""

from __future__ import annotations

import re

from pubcheck.spec.values import module_name

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_DOCUMENT = """\
# {title}
```toml
category = "shared-state"  # atomics | publication | locks | shared-state | goroutines | sync | channels
severity = "warning"       # error | warning | info | hint: how bad it is when it is right
confidence = "low"         # high | medium | low: how often it is right, measured on real code
default = false
since = "{since}"
message = "{message}"
```
Why it is a bug, in the memory model's words: which release or acquire is missing, and what to do instead.
## Bad
```go
func f() {{
	panic("the bug") // want "{name}"
}}
```
## Good
```go
func f() {{
}}
```
## Known limits
What it misses, and where it is wrong.
"""

_QUERY = """\
## Detection
```query
((call_expression
  function: (identifier) @function) @report
 (#eq? @function "panic"))
```
"""

_MODULE = '''\
"""{title}."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for each place in ``package`` where the bug lies."""
    raise NotImplementedError
'''


def scaffold(name: str, *, python: bool = False, project: bool = False) -> dict[str, str]:
    """Path to content of the files that a rule ``name`` begins with.

    Args:
        name: the rule's name in kebab case.
        python: detect by a module of pubcheck's own; else by a query in the document.
        project: a rule of the project that is checked, under ``.pubcheck/rules``.

    Raises:
        ValueError: the name isn't in kebab case, or a project's rule is to be a module.
    """
    from pubcheck import __version__  # noqa: PLC0415 read when a file is written, not when rules load

    if not _NAME.fullmatch(name):
        raise ValueError(f"`{name}` is no rule name: words in lower case, joined by hyphens")
    if python and project:
        raise ValueError("a project's own rules are queries: no Python of a project that is checked is ever run")
    title = name.replace("-", " ").capitalize()
    message = "`{location}` is ..." if python else "`{function}` is ..."
    document = _DOCUMENT.format(title=title, name=name, since=__version__, message=message)
    files = {f"{'.pubcheck/' if project else ''}rules/{name}.md": document if python else document + _QUERY}
    if python:
        files[f"src/{module_name(name).replace('.', '/')}.py"] = _MODULE.format(title=title)
    return files
