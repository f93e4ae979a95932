"""go/types, from a Go toolchain, as the referee of our own model."""

from referee.compare import Comparison, Disagreement, compare
from referee.packages import STANDARD, goroot, load
from referee.records import Referee, Size, Verdict

__all__ = ["STANDARD", "Comparison", "Disagreement", "Referee", "Size", "Verdict", "compare", "goroot", "load"]
