package main

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// stub is a package as one Go file of declarations: everything exported, and of the rest the types that the exported
// declarations or their fields mention.
func stub(pkg *types.Package) string {
	w := newWriter(pkg)
	scope := pkg.Scope()
	names := reachable(pkg)
	for _, name := range names {
		w.object(scope.Lookup(name))
	}
	return w.file()
}

// object writes one declaration.
func (w *writer) object(object types.Object) {
	switch object := object.(type) {
	case *types.Const:
		w.constant(object)
	case *types.Var:
		w.text("var ", object.Name(), " ")
		w.typ(object.Type())
		w.text("\n")
	case *types.Func:
		signature := object.Signature()
		w.text("func ", object.Name())
		w.function(signature)
	case *types.TypeName:
		w.typeName(object)
	}
}

// constant writes a constant with its value; the value's form keeps an untyped constant's kind.
func (w *writer) constant(object *types.Const) {
	w.text("const ", object.Name())
	basic, isBasic := object.Type().(*types.Basic)
	untyped := isBasic && basic.Info()&types.IsUntyped != 0
	if !untyped {
		w.text(" ")
		w.typ(object.Type())
	}
	w.text(" = ")
	value := object.Val()
	switch {
	case untyped && basic.Kind() == types.UntypedRune:
		code, _ := constant.Int64Val(value)
		w.text(fmt.Sprintf("%+q", rune(code)))
	case untyped && basic.Kind() == types.UntypedFloat:
		w.text(floatText(value))
	default:
		w.text(value.ExactString())
	}
	w.text("\n")
}

// floatText is an exact literal or quotient that stays an untyped float.
func floatText(value constant.Value) string {
	exact := value.ExactString()
	numerator, denominator, isQuotient := strings.Cut(exact, "/")
	if isQuotient {
		return numerator + ".0 / " + denominator + ".0"
	}
	if strings.ContainsAny(exact, ".ep") {
		return exact
	}
	return exact + ".0"
}

// typeName writes a type's declaration and its methods.
func (w *writer) typeName(object *types.TypeName) {
	w.text("type ", object.Name())
	if object.IsAlias() {
		if alias, ok := object.Type().(*types.Alias); ok {
			w.typeParams(alias.TypeParams())
			w.text(" = ")
			w.typ(alias.Rhs())
		} else {
			w.text(" = ")
			w.typ(object.Type())
		}
		w.text("\n")
		return
	}
	named := object.Type().(*types.Named)
	w.typeParams(named.TypeParams())
	w.text(" ")
	w.typ(named.Underlying())
	w.text("\n")
	for _, method := range methods(named) {
		w.method(named, method)
	}
}

// methods are those that a stub keeps, sorted: the exported ones and those that an interface may ask for.
func methods(named *types.Named) []*types.Func {
	wanted := interfaceMethods(named.Obj().Pkg())
	var kept []*types.Func
	for method := range named.Methods() {
		if method.Exported() || wanted[method.Name()] {
			kept = append(kept, method)
		}
	}
	slices.SortFunc(kept, func(a, b *types.Func) int { return strings.Compare(a.Name(), b.Name()) })
	return kept
}

func (w *writer) method(named *types.Named, method *types.Func) {
	signature := method.Signature()
	w.text("func (")
	if _, isPointer := types.Unalias(signature.Recv().Type()).(*types.Pointer); isPointer {
		w.text("*")
	}
	w.text(named.Obj().Name())
	for i := range signature.RecvTypeParams().Len() {
		w.text([]string{"[", ", "}[min(i, 1)], signature.RecvTypeParams().At(i).Obj().Name())
	}
	if signature.RecvTypeParams().Len() > 0 {
		w.text("]")
	}
	w.text(") ", method.Name())
	w.function(signature)
}

// function writes what follows a function's name; Go wants a body where there are type parameters.
func (w *writer) function(signature *types.Signature) {
	w.typeParams(signature.TypeParams())
	w.signature(signature)
	if signature.TypeParams().Len() > 0 {
		w.text(" {}")
	}
	w.text("\n")
}

var interfaceMethodsOf = map[*types.Package]map[string]bool{}

// interfaceMethods are the unexported method names of a package's declared interfaces: only their presence tells
// which types implement, say, go/ast.Expr.
func interfaceMethods(pkg *types.Package) map[string]bool {
	if names := interfaceMethodsOf[pkg]; names != nil {
		return names
	}
	names := map[string]bool{}
	for _, name := range pkg.Scope().Names() {
		object, isType := pkg.Scope().Lookup(name).(*types.TypeName)
		if !isType || !token.IsExported(name) {
			continue
		}
		if face, ok := object.Type().Underlying().(*types.Interface); ok {
			for method := range face.Methods() {
				if !method.Exported() {
					names[method.Name()] = true
				}
			}
		}
	}
	interfaceMethodsOf[pkg] = names
	return names
}
