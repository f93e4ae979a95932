"""Rules as documents: what ``rules/<name>.md`` says, checked when it is read.

Knows nothing of syntax trees or of the modules that detect: it says which detector a rule has, not what that does.
"""

from pubcheck.spec.errors import SpecError
from pubcheck.spec.load import Document, documents, load_rules, read_rules, rules_dir
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

__all__ = [
    "Category",
    "Document",
    "Example",
    "ExampleFile",
    "FixEdit",
    "FixTemplate",
    "Module",
    "Query",
    "RuleSpec",
    "Safety",
    "SpecError",
    "documents",
    "load_rules",
    "module_name",
    "read_rules",
    "rules_dir",
]
