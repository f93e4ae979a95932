"""From patterns and settings to a report.

``check`` is the door for everyone: it finds the packages, analyses them bottom-up (imported packages first), runs the
selected rules on those that were asked for, and sends what they find through the filters that alone decide about
suppression, confidence, groups, order and fingerprints. One package at a time is in memory as trees; what outlives it
is its summaries and findings. A failure inside is kept to one rule or one package and becomes an ``internal-error``.
"""

from pubcheck.engine.builtin import BUILTIN_RULES, DATA_RACE, BuiltinRule
from pubcheck.engine.check import available_rules, check
from pubcheck.engine.config import Config, ConfigError
from pubcheck.engine.configfile import CONFIG_NAMES, find_config, load_config, project_folder
from pubcheck.engine.dask import ClusterError, cluster
from pubcheck.engine.hands import Hands
from pubcheck.engine.mending import Mended, mend
from pubcheck.engine.merging import MergeError, merge
from pubcheck.engine.report import Report, Sources, Stats, Suppressed
from pubcheck.engine.sharding import Shard
from pubcheck.engine.silencing import Silenced, silence
from pubcheck.engine.words import suggestion
from pubcheck.engine.writing import write_file, write_files
from pubcheck.model.project.problem import PatternError, Problem

__all__ = [
    "BUILTIN_RULES",
    "CONFIG_NAMES",
    "DATA_RACE",
    "BuiltinRule",
    "ClusterError",
    "Config",
    "ConfigError",
    "Hands",
    "Mended",
    "MergeError",
    "PatternError",
    "Problem",
    "Report",
    "Shard",
    "Silenced",
    "Sources",
    "Stats",
    "Suppressed",
    "available_rules",
    "check",
    "cluster",
    "find_config",
    "load_config",
    "mend",
    "merge",
    "project_folder",
    "silence",
    "suggestion",
    "write_file",
    "write_files",
]
