"""Lowering: from syntax and types to basic blocks of a few kinds of instructions."""

from pubcheck.flow.dump import dump
from pubcheck.flow.loops import PER_ITERATION
from pubcheck.flow.lower import language_version, lower, lower_function, lower_initialisers

__all__ = ["PER_ITERATION", "dump", "language_version", "lower", "lower_function", "lower_initialisers"]
