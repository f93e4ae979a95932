"""Which lines of a project are new: since a revision, as git tells it, or in a patch."""

from pubcheck.changes.git import changed_since
from pubcheck.changes.patch import changed_in_patch
from pubcheck.changes.values import Changes, ChangesError, Lines

__all__ = ["Changes", "ChangesError", "Lines", "changed_in_patch", "changed_since"]
