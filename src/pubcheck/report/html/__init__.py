"""One file for a browser: findings by package and rule, with their code, both sides of each race, and a filter.

It needs no network and asks for none: styles and script are in it, and its own policy forbids everything else, so that
nothing that comes from the checked code could be run even if it weren't escaped. Without script all findings are there
to read; only the filter is missing.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, TextIO

from pubcheck.report.html.document import document

if TYPE_CHECKING:
    from pubcheck.engine import Report
    from pubcheck.report.view import View

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""


def write(report: Report, view: View, out: TextIO) -> None:
    """Write the report as one page."""
    style, script = (files(__name__).joinpath(name).read_text("utf-8") for name in ("page.css", "page.js"))
    title, body = document(report, view)
    out.write(
        _PAGE.format(
            title=title,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}",
            body=body,
        )
    )


def _hash(text: str) -> str:
    """What the page's policy knows a text of its own by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
