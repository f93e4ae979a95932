"""Lowering: from syntax and types to basic blocks of a few kinds of instructions."""

from pubcheck.flow.dump import dump
from pubcheck.flow.lower import lower, lower_function, lower_initialisers

__all__ = ["dump", "lower", "lower_function", "lower_initialisers"]
