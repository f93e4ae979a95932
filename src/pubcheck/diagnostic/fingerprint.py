"""A name for a finding that survives moved lines, reformatting and renamed files."""

from __future__ import annotations

import hashlib


def fingerprint(rule: str, package: str, symbol: str, location: str, occurrence: int) -> str:
    """Hash of what a finding is about, without line numbers or file names.

    Args:
        rule: name of the rule.
        package: import path of the package.
        symbol: the function or declaration that the finding lies in; empty where it could be shown in several.
        location: the access path or location it is about, normalised.
        occurrence: 0 for the first finding with the four above, 1 for the next, in source order.

    Returns:
        32 hexadecimal digits.
    """
    text = "\0".join((rule, package, symbol, location, str(occurrence)))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
