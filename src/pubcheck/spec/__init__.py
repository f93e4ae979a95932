"""Rules as documents: what ``rules/<name>.md`` says, checked when it is read.

Knows nothing of syntax trees or of the modules that detect: it says which detector a rule has, not what that does.
"""

from pubcheck.spec.document import read_rule
from pubcheck.spec.errors import SpecError
from pubcheck.spec.load import load_rules, rules_dir
from pubcheck.spec.options import Option, options_of
from pubcheck.spec.scaffold import scaffold
from pubcheck.spec.values import (
    Category,
    Example,
    ExampleFile,
    FixEdit,
    FixTemplate,
    Module,
    Query,
    RuleSpec,
    Safety,
    module_name,
)
from pubcheck.spec.want import Expectation, Kind, expectations, marked

__all__ = [
    "Category",
    "Example",
    "ExampleFile",
    "Expectation",
    "FixEdit",
    "FixTemplate",
    "Kind",
    "Module",
    "Option",
    "Query",
    "RuleSpec",
    "Safety",
    "SpecError",
    "expectations",
    "load_rules",
    "marked",
    "module_name",
    "options_of",
    "read_rule",
    "rules_dir",
    "scaffold",
]
