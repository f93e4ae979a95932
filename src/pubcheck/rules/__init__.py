"""One module a rule: it reads facts and yields findings.

A rule is the document ``rules/<name>.md``, and where a query doesn't say it all, the module here of the same name with
``check(package: PackageFacts, *, option: int = 3) -> Iterator[Finding]``. Nothing is registered anywhere: the document
makes the rule.
"""

from pubcheck.rules.finding import Finding

__all__ = ["Finding"]
