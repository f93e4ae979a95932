"""Where fields and package variables are declared, and what is declared beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import LocationKind
from pubcheck.rules.fixes.draft import FileDraft
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts
    from pubcheck.facts import Location
    from pubcheck.model.package import GoSource
    from pubcheck.model.symbols import Symbol


class Declared(NamedTuple):
    """The field or package variable ``name``, declared in ``file`` by ``spec``: the type's, or the variable's own."""

    package: PackageFacts
    file: GoSource
    spec: ast.TypeSpec | ast.ValueSpec
    struct: ast.StructType | None
    field: ast.Field | None
    name: str

    @property
    def type(self) -> ast.Expr | None:
        """Its type, as far as it is written."""
        return self.field.type if self.field is not None else self.spec.type

    @property
    def _names(self) -> tuple[ast.Ident, ...]:
        """What is declared together with it, itself included."""
        if self.field is not None:
            return self.field.names
        return self.spec.names if isinstance(self.spec, ast.ValueSpec) else ()

    def is_(self, symbol: Symbol | None) -> bool:
        """Whether ``symbol`` is what is declared here."""
        if symbol is None or symbol.path != self.file.source.path:
            return False
        return any(one.name == self.name and one.pos == symbol.pos for one in self._names)

    def may_be_retyped(self) -> bool:
        """Whether it stands alone with its type, without a value, and no value of a package variable hangs on it."""
        if len(self._names) != 1 or (isinstance(self.spec, ast.ValueSpec) and self.spec.values):
            return False
        if self.struct is not None and (self.is_built_by_position() or not self.may_hold_a_lock()):
            return False
        word = re.compile(rf"\b{re.escape(self.name)}\b")
        return not any(
            word.search(file.source.text(spec.pos, spec.end))
            for file in self.package.package.files
            for spec in file.tree.file.values
            if spec is not self.spec
        )

    def has_companion(self, name: str) -> bool:
        """Whether ``name`` is taken where the declaration stands."""
        if self.struct is not None:
            names = {one.name for field in self.struct.fields for one in field.names}
            owner = self.spec.name.name if isinstance(self.spec, ast.TypeSpec) else ""
            methods = {decl.name.name for decl in _methods(self.package, owner)}
            return name in names | methods
        return self.package.package.lookup(name) is not None

    def add(self, name: str, type_: str) -> FileDraft | None:
        """Declare ``name`` right after it; None where what else is written about the type doesn't allow it."""
        draft = FileDraft(self.package, self.file)
        return draft if self._add(draft, name, type_) else None

    def _add(self, draft: FileDraft, name: str, type_: str) -> bool:
        source = self.file.source
        lines = source.lines
        if self.struct is None or self.field is None:
            start = lines.line_range(lines.line(self.spec.pos))[0]
            if source.text(start, self.spec.pos) != "var ":
                return False
            end = lines.line_range(lines.line(self.spec.end))[1]
            draft.put(end, end, f"\nvar {name} {type_}")
            return True
        if self.is_built_by_position() or not self.may_hold_a_lock():
            return False
        first, last = lines.line(self.struct.pos), lines.line(self.struct.end)
        if first == last:
            fields = [source.text(one.pos, one.end) for one in self.struct.fields]
            at = next(index for index, one in enumerate(self.struct.fields) if one is self.field)
            fields.insert(at + 1, f"{name} {type_}")
            draft.replace(self.struct, "struct {\n" + "".join(f"\t{field}\n" for field in fields) + "}")
            return "//" not in source.text(self.struct.pos, self.struct.end)
        line = lines.line(self.field.end)
        start = lines.line_range(lines.line(self.field.pos))[0]
        indent = source.text(start, self.field.pos)
        if indent.strip() or line == last:
            return False
        end = lines.line_range(line)[1]
        draft.put(end, end, f"\n{indent}{name} {type_}")
        return True

    def is_built_by_position(self) -> bool:
        """Whether a literal of the type may give its fields without their names."""
        assert isinstance(self.spec, ast.TypeSpec)  # noqa: S101 only fields are asked about
        name = re.escape(self.spec.name.name.encode())
        literal = re.compile(rb"\b" + name + rb"(?:\[[^\]\n]*\])?\{\s*(?!\}|\w+\s*:[^=]|//)")
        nested = re.compile(rb"[\]*]" + name + rb"\{")
        return any(file.source.holds(literal) or file.source.holds(nested) for file in self.package.package.files)

    def may_hold_a_lock(self) -> bool:
        """Whether no method has the type as its receiver by value."""
        assert isinstance(self.spec, ast.TypeSpec)  # noqa: S101 as above
        return all(
            decl.receiver is not None and isinstance(decl.receiver.type, ast.Star)
            for decl in _methods(self.package, self.spec.name.name)
        )


def declared(package: PackageFacts, location: Location) -> Declared | None:
    """The declaration of ``location``, if this package's files have it."""
    if location.package != package.path or not location.path.isidentifier():
        return None
    for file in package.package.files:
        if location.kind is LocationKind.GLOBAL:
            for spec in file.tree.file.values:
                if not spec.constant and [one.name for one in spec.names] == [location.path]:
                    return Declared(package, file, spec, None, None, location.path)
        elif location.kind is LocationKind.FIELD:
            for type_ in file.tree.file.types:
                if type_.name.name == location.owner.rpartition(".")[2] and isinstance(type_.type, ast.StructType):
                    return _field(package, file, type_, type_.type, location.path)
    return None


def declared_field(package: PackageFacts, symbol: Symbol) -> Declared | None:
    """The declaration of a field by its symbol."""
    for file in package.package.files:
        if file.source.path == symbol.path:
            for type_ in file.tree.file.types:
                if type_.pos <= symbol.pos < type_.end and isinstance(type_.type, ast.StructType):
                    return _field(package, file, type_, type_.type, symbol.name)
    return None


def declared_last(package: PackageFacts, symbol: Symbol) -> Declared | None:
    """The declaration of the last field of the struct type ``symbol``, if it has a name."""
    for file in package.package.files:
        for type_ in file.tree.file.types if file.source.path == symbol.path else ():
            if type_.name.pos == symbol.pos and isinstance(type_.type, ast.StructType) and type_.type.fields:
                last = type_.type.fields[-1]
                names = last.names[-1:]
                return _field(package, file, type_, type_.type, names[0].name) if names else None
    return None


def _field(
    package: PackageFacts, file: GoSource, spec: ast.TypeSpec, struct: ast.StructType, name: str
) -> Declared | None:
    for field in struct.fields:
        if any(one.name == name for one in field.names):
            return Declared(package, file, spec, struct, field, name)
    return None


def _methods(package: PackageFacts, owner: str) -> list[ast.FuncDecl]:
    found = []
    for file in package.package.files:
        for decl in file.tree.file.functions:
            type_ = decl.receiver.type if decl.receiver is not None else None
            while isinstance(type_, ast.Star | ast.Index | ast.Paren):
                type_ = type_.x
            if isinstance(type_, ast.Ident) and type_.name == owner:
                found.append(decl)
    return found
