"""Writes each workflow that there is to lint into a file of its own: ``python -m scripts.workflows FOLDER``.

Those are the documents' examples, and the action as a workflow of one job, since linters for workflows know its steps
and expressions but not its own form.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[1]
_FENCE = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def workflows() -> Iterator[tuple[str, str]]:
    """Names and texts."""
    for path in sorted((_ROOT / "docs").glob("*.md")):
        for number, fence in enumerate(_FENCE.findall(path.read_text("utf-8")), 1):
            if re.search(r"^on:", fence, re.MULTILINE) and re.search(r"^jobs:", fence, re.MULTILINE):
                yield f"{path.stem}-{number}", fence
    action = yaml.load((_ROOT / "action.yml").read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 strings only
    inputs = {name: {"type": "string"} for name in action["inputs"]}
    job = {"runs-on": "ubuntu-latest", "steps": action["runs"]["steps"]}
    yield "action", yaml.dump({"on": {"workflow_call": {"inputs": inputs}}, "jobs": {"action": job}}, sort_keys=False)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in workflows():
        (folder / f"{name}.yml").write_text(text, "utf-8")
