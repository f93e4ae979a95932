package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// A writer collects a stub's declarations and the imports that they need. Parameter names, struct tags and aliases
// inside types are left out: they tell a type checker nothing.
type writer struct {
	pkg     *types.Package
	body    strings.Builder
	imports map[*types.Package]string
	taken   map[string]bool
}

func newWriter(pkg *types.Package) *writer {
	w := &writer{pkg: pkg, imports: map[*types.Package]string{}, taken: map[string]bool{}}
	for _, name := range pkg.Scope().Names() {
		w.taken[name] = true
	}
	return w
}

func (w *writer) text(parts ...string) {
	for _, part := range parts {
		w.body.WriteString(part)
	}
}

// file is the whole stub.
func (w *writer) file() string {
	var head strings.Builder
	fmt.Fprintf(&head, "package %s\n", w.pkg.Name())
	var lines []string
	for pkg, name := range w.imports {
		line := fmt.Sprintf("import %q\n", pkg.Path())
		if name != pkg.Name() || name != pkg.Path()[strings.LastIndex(pkg.Path(), "/")+1:] {
			line = fmt.Sprintf("import %s %q\n", name, pkg.Path())
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	for _, line := range lines {
		head.WriteString(line)
	}
	return head.String() + w.body.String()
}

// qualify is what a package is called in this stub.
func (w *writer) qualify(pkg *types.Package) string {
	name, known := w.imports[pkg]
	if !known {
		name = pkg.Name()
		for i := 2; w.taken[name]; i++ {
			name = fmt.Sprintf("%s%d", pkg.Name(), i)
		}
		w.taken[name] = true
		w.imports[pkg] = name
	}
	return name
}

func (w *writer) name(object *types.TypeName) {
	if pkg := object.Pkg(); pkg != nil && pkg != w.pkg {
		w.text(w.qualify(pkg), ".")
	}
	w.text(object.Name())
}

func (w *writer) typ(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			w.text(w.qualify(types.Unsafe), ".")
		}
		w.text(t.Name())
	case *types.Named:
		w.name(t.Obj())
		w.list("[", t.TypeArgs(), "]")
	case *types.TypeParam:
		w.text(t.Obj().Name())
	case *types.Pointer:
		w.text("*")
		w.typ(t.Elem())
	case *types.Slice:
		w.text("[]")
		w.typ(t.Elem())
	case *types.Array:
		w.text(fmt.Sprintf("[%d]", t.Len()))
		w.typ(t.Elem())
	case *types.Map:
		w.text("map[")
		w.typ(t.Key())
		w.text("]")
		w.typ(t.Elem())
	case *types.Chan:
		w.channel(t)
	case *types.Signature:
		w.text("func")
		w.signature(t)
	case *types.Struct:
		w.structure(t)
	case *types.Interface:
		w.face(t)
	case *types.Union:
		w.union(t)
	default:
		panic(fmt.Sprintf("no text for %T", t))
	}
}

func (w *writer) list(open string, args *types.TypeList, end string) {
	if args.Len() == 0 {
		return
	}
	w.text(open)
	for i := range args.Len() {
		if i > 0 {
			w.text(", ")
		}
		w.typ(args.At(i))
	}
	w.text(end)
}

func (w *writer) channel(t *types.Chan) {
	w.text(map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()])
	inner, isChan := types.Unalias(t.Elem()).(*types.Chan)
	if parens := isChan && inner.Dir() == types.RecvOnly && t.Dir() == types.SendRecv; parens {
		w.text("(")
		defer w.text(")")
	}
	w.typ(t.Elem())
}

// signature writes parameters and results, without the word func.
func (w *writer) signature(t *types.Signature) {
	w.tuple(t.Params(), t.Variadic())
	switch results := t.Results(); results.Len() {
	case 0:
	case 1:
		w.text(" ")
		w.typ(results.At(0).Type())
	default:
		w.text(" ")
		w.tuple(results, false)
	}
}

func (w *writer) tuple(vars *types.Tuple, variadic bool) {
	w.text("(")
	for i := range vars.Len() {
		if i > 0 {
			w.text(", ")
		}
		t := vars.At(i).Type()
		if slice, isSlice := types.Unalias(t).(*types.Slice); variadic && i == vars.Len()-1 && isSlice {
			w.text("...")
			t = slice.Elem()
		}
		w.typ(t)
	}
	w.text(")")
}

func (w *writer) typeParams(params *types.TypeParamList) {
	for i := range params.Len() {
		w.text([]string{"[", ", "}[min(i, 1)], params.At(i).Obj().Name(), " ")
		w.typ(params.At(i).Constraint())
	}
	if params.Len() > 0 {
		w.text("]")
	}
}

func (w *writer) structure(t *types.Struct) {
	w.text("struct{")
	for i := range t.NumFields() {
		field := t.Field(i)
		if i > 0 {
			w.text("; ")
		}
		if field.Embedded() {
			w.embedded(field.Type())
			continue
		}
		w.text(field.Name(), " ")
		w.typ(field.Type())
	}
	w.text("}")
}

// embedded keeps an alias, since it names the field.
func (w *writer) embedded(t types.Type) {
	if pointer, ok := t.(*types.Pointer); ok {
		w.text("*")
		t = pointer.Elem()
	}
	if alias, ok := t.(*types.Alias); ok && alias.Obj().Name() != "any" {
		w.name(alias.Obj())
		w.list("[", alias.TypeArgs(), "]")
		return
	}
	w.typ(t)
}

func (w *writer) face(t *types.Interface) {
	if t.IsImplicit() {
		w.typ(t.EmbeddedType(0))
		return
	}
	if t.NumExplicitMethods() == 0 && t.NumEmbeddeds() == 0 {
		w.text("any")
		return
	}
	w.text("interface{")
	for i := range t.NumExplicitMethods() {
		if i > 0 {
			w.text("; ")
		}
		w.text(t.ExplicitMethod(i).Name())
		w.signature(t.ExplicitMethod(i).Signature())
	}
	for i := range t.NumEmbeddeds() {
		if i+t.NumExplicitMethods() > 0 {
			w.text("; ")
		}
		w.typ(t.EmbeddedType(i))
	}
	w.text("}")
}

func (w *writer) union(t *types.Union) {
	for i := range t.Len() {
		if i > 0 {
			w.text(" | ")
		}
		if t.Term(i).Tilde() {
			w.text("~")
		}
		w.typ(t.Term(i).Type())
	}
}
