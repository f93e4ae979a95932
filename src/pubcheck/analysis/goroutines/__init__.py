"""Goroutines within one function: what its literals share, in what order they run, and where no order holds."""

from pubcheck.analysis.goroutines.counting import Count, counts
from pubcheck.analysis.goroutines.edges import UNKNOWN
from pubcheck.analysis.goroutines.families import ByName, Goroutines
from pubcheck.analysis.goroutines.helpers import helper_of
from pubcheck.analysis.goroutines.naming import Names
from pubcheck.analysis.goroutines.objects import Objects
from pubcheck.analysis.goroutines.order import whole_loop
from pubcheck.analysis.goroutines.races import (
    Against,
    LocalRace,
    handler_races,
    in_order,
    local_races,
    object_races,
    unordered_uses,
)
from pubcheck.analysis.goroutines.threads import PARALLEL, Thread
from pubcheck.analysis.goroutines.uses import type_name

__all__ = [
    "PARALLEL",
    "UNKNOWN",
    "Against",
    "ByName",
    "Count",
    "Goroutines",
    "LocalRace",
    "Names",
    "Objects",
    "Thread",
    "counts",
    "handler_races",
    "helper_of",
    "in_order",
    "local_races",
    "object_races",
    "type_name",
    "unordered_uses",
    "whole_loop",
]
