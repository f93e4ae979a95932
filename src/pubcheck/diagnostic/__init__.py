"""What pubcheck says about code: a finding as the user sees it."""

from pubcheck.diagnostic.fingerprint import fingerprint
from pubcheck.diagnostic.flows import flows
from pubcheck.diagnostic.levels import Confidence, Severity
from pubcheck.diagnostic.polls import EVIDENCE, HOLDER, Ballot, Holder, Poll
from pubcheck.diagnostic.values import Diagnostic, Edit, Fix, Related, Trace

__all__ = [
    "EVIDENCE",
    "HOLDER",
    "Ballot",
    "Confidence",
    "Diagnostic",
    "Edit",
    "Fix",
    "Holder",
    "Poll",
    "Related",
    "Severity",
    "Trace",
    "fingerprint",
    "flows",
]
