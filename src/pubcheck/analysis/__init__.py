"""Finds the facts: access path x lockset x goroutine, per function, in summaries that are substituted at calls."""

from pubcheck.analysis.function import Condition, FunctionFacts
from pubcheck.analysis.located import Section, Site
from pubcheck.analysis.order import Order
from pubcheck.analysis.package import PackageFacts, analyse
from pubcheck.analysis.standing import Imported
from pubcheck.analysis.unit import InternalProblem

__all__ = [
    "Condition",
    "FunctionFacts",
    "Imported",
    "InternalProblem",
    "Order",
    "PackageFacts",
    "Section",
    "Site",
    "analyse",
]
