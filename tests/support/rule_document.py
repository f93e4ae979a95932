"""A rule's document with a query, for tests that need a rule of their own."""

from __future__ import annotations

_DOCUMENT = """\
# A rule
```toml
category = "locks"
severity = "error"
confidence = "high"
default = true
since = "0.1.0"
message = "{message}"
```
Why.
## Bad
```go
bad() // want "x"
```
## Good
```go
good()
```
## Detection
```query
{query}
```
"""


def rule_document(query: str, message: str = "`{function}`", fix: str = "") -> str:
    """The text of a document whose rule reports what ``query`` finds; ``fix`` is its last section."""
    return _DOCUMENT.replace("{message}", message).replace("{query}", query) + fix
