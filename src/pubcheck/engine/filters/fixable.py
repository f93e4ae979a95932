"""What nobody mends by hand isn't mended by a fix either."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.engine.filters.wanted import excluded_files

if TYPE_CHECKING:
    from pubcheck.engine.candidate import Candidate, Setting


def narrow(candidates: list[Candidate], setting: Setting) -> list[Candidate]:
    """Take away the fixes that would change a generated file, an excluded one, or one that wasn't asked for."""
    hands_off = excluded_files(setting) | {path for path, facts in setting.files.items() if facts.generated}
    for candidate in candidates:
        diagnostic = candidate.diagnostic
        allowed = tuple(
            fix
            for fix in diagnostic.fixes
            if all(edit.span.path in setting.files and edit.span.path not in hands_off for edit in fix.edits)
        )
        if len(allowed) < len(diagnostic.fixes):
            candidate.diagnostic = msgspec.structs.replace(diagnostic, fixes=allowed)
    return candidates
