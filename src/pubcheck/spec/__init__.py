"""Rules as documents: what ``rules/<name>.md`` says, checked when it is read.

Knows nothing of syntax trees or of the modules that detect: it says which detector a rule has, not what that does.
"""

from pubcheck.spec.errors import SpecError
from pubcheck.spec.load import Document, documents, load_rules, read_rules, rules_dir
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
    "Document",
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
    "documents",
    "expectations",
    "load_rules",
    "marked",
    "module_name",
    "options_of",
    "read_rules",
    "rules_dir",
    "scaffold",
]
