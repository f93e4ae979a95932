"""Which files make up which package: modules, patterns, build constraints, imports. No Go is parsed here."""

from pubcheck.model.project.constraints import Constraint
from pubcheck.model.project.graph import ImportGraph
from pubcheck.model.project.header import Header, read_header
from pubcheck.model.project.loader import Project
from pubcheck.model.project.modules import Module
from pubcheck.model.project.problem import PatternError, Problem
from pubcheck.model.project.sources import GoFile, PackageSource
from pubcheck.model.project.target import Target

__all__ = [
    "Constraint",
    "GoFile",
    "Header",
    "ImportGraph",
    "Module",
    "PackageSource",
    "PatternError",
    "Problem",
    "Project",
    "Target",
    "read_header",
]
