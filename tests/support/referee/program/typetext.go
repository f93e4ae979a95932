package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// typeText writes a type with whole import paths and without what two equal types may differ in: aliases, parameter
// names, the order of methods. Tags are left out too. An invalid or missing type is "?".
func typeText(t types.Type) string {
	var text strings.Builder
	writeType(&text, t)
	return text.String()
}

func writeType(w *strings.Builder, t types.Type) {
	switch t := types.Unalias(t).(type) {
	case nil:
		w.WriteString("?")
	case *types.Basic:
		w.WriteString(basicName(t))
	case *types.Named:
		if pkg := t.Obj().Pkg(); pkg != nil {
			w.WriteString(pkg.Path() + ".")
		}
		w.WriteString(t.Obj().Name())
		writeArgs(w, t.TypeArgs())
	case *types.TypeParam:
		w.WriteString(t.Obj().Name())
	case *types.Pointer:
		w.WriteString("*")
		writeType(w, t.Elem())
	case *types.Slice:
		w.WriteString("[]")
		writeType(w, t.Elem())
	case *types.Array:
		fmt.Fprintf(w, "[%d]", t.Len())
		writeType(w, t.Elem())
	case *types.Map:
		w.WriteString("map[")
		writeType(w, t.Key())
		w.WriteString("]")
		writeType(w, t.Elem())
	case *types.Chan:
		w.WriteString([]string{"chan(", "chan<-(", "<-chan("}[t.Dir()])
		writeType(w, t.Elem())
		w.WriteString(")")
	case *types.Tuple:
		writeTuple(w, t, false)
	case *types.Signature:
		writeSignature(w, t)
	case *types.Struct:
		writeStruct(w, t)
	case *types.Interface:
		writeInterface(w, t)
	case *types.Union:
		writeUnion(w, t)
	}
}

func basicName(t *types.Basic) string {
	switch t.Kind() {
	case types.Invalid:
		return "?"
	case types.UnsafePointer:
		return "unsafe.Pointer"
	default:
		return types.Typ[t.Kind()].Name()
	}
}

func writeArgs(w *strings.Builder, args *types.TypeList) {
	for i := range args.Len() {
		w.WriteString([]string{"[", ","}[min(i, 1)])
		writeType(w, args.At(i))
	}
	if args.Len() > 0 {
		w.WriteString("]")
	}
}

func writeTuple(w *strings.Builder, t *types.Tuple, variadic bool) {
	w.WriteString("(")
	for i := range t.Len() {
		if i > 0 {
			w.WriteString(",")
		}
		if variadic && i == t.Len()-1 {
			w.WriteString("...")
		}
		writeType(w, t.At(i).Type())
	}
	w.WriteString(")")
}

func writeSignature(w *strings.Builder, t *types.Signature) {
	w.WriteString("func")
	writeTuple(w, t.Params(), t.Variadic())
	writeTuple(w, t.Results(), false)
}

func writeStruct(w *strings.Builder, t *types.Struct) {
	w.WriteString("struct{")
	for field := range t.Fields() {
		if !field.Embedded() {
			w.WriteString(field.Name() + " ")
		}
		writeType(w, field.Type())
		w.WriteString(";")
	}
	w.WriteString("}")
}

func writeInterface(w *strings.Builder, t *types.Interface) {
	if t.IsImplicit() && t.NumEmbeddeds() == 1 {
		writeType(w, t.EmbeddedType(0))
		return
	}
	var parts []string
	for method := range t.ExplicitMethods() {
		parts = append(parts, method.Name()+strings.TrimPrefix(typeText(method.Signature()), "func"))
	}
	slices.Sort(parts)
	for embedded := range t.EmbeddedTypes() {
		parts = append(parts, typeText(embedded))
	}
	w.WriteString("interface{" + strings.Join(parts, ";") + "}")
}

func writeUnion(w *strings.Builder, t *types.Union) {
	for i := range t.Len() {
		if i > 0 {
			w.WriteString("|")
		}
		if t.Term(i).Tilde() {
			w.WriteString("~")
		}
		writeType(w, t.Term(i).Type())
	}
}
