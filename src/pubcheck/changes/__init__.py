"""Which lines of a project are new: since a revision, as git tells it, or in a patch."""

from pubcheck.changes.values import Changes, ChangesError, Lines

__all__ = ["Changes", "ChangesError", "Lines"]
