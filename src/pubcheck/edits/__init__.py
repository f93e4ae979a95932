"""Text edits as pure functions: applying them to bytes, choosing those that go together, and what gofmt wants after.

Nothing here reads or writes a disk, and nothing knows why an edit is made.
"""

from pubcheck.edits.application import applied, in_conflict, well_formed
from pubcheck.edits.comments import commented
from pubcheck.edits.diff import unified_diff
from pubcheck.edits.finish import complete, finished
from pubcheck.edits.imports import name_in, name_of
from pubcheck.edits.layout import without

__all__ = [
    "applied",
    "commented",
    "complete",
    "finished",
    "in_conflict",
    "name_in",
    "name_of",
    "unified_diff",
    "well_formed",
    "without",
]
