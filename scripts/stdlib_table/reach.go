package main

import (
	"go/types"
	"slices"
)

// reachable names the package-level objects that a stub declares, sorted.
func reachable(pkg *types.Package) []string {
	r := &reach{pkg: pkg, names: map[string]bool{}, seen: map[types.Type]bool{}}
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		if object := scope.Lookup(name); object.Exported() {
			r.names[name] = true
			r.visit(object.Type())
		}
	}
	names := make([]string, 0, len(r.names))
	for name := range r.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// A reach walks types and notes the package's own type names that they mention.
type reach struct {
	pkg   *types.Package
	names map[string]bool
	seen  map[types.Type]bool
}

func (r *reach) visit(t types.Type) {
	t = types.Unalias(t)
	if r.seen[t] {
		return
	}
	r.seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		r.named(t)
	case *types.TypeParam:
		r.visit(t.Constraint())
	case interface{ Elem() types.Type }:
		if mapping, isMap := t.(*types.Map); isMap {
			r.visit(mapping.Key())
		}
		r.visit(t.Elem())
	case *types.Signature:
		r.signature(t)
	case *types.Struct:
		for field := range t.Fields() {
			r.visit(field.Type())
		}
	case *types.Interface:
		for method := range t.ExplicitMethods() {
			r.visit(method.Type())
		}
		for embedded := range t.EmbeddedTypes() {
			r.visit(embedded)
		}
	case *types.Union:
		for term := range t.Terms() {
			r.visit(term.Type())
		}
	}
}

func (r *reach) named(t *types.Named) {
	for argument := range t.TypeArgs().Types() {
		r.visit(argument)
	}
	object := t.Obj()
	if object.Pkg() != r.pkg {
		return
	}
	origin := t.Origin()
	r.names[object.Name()] = true
	r.visit(origin.Underlying())
	for param := range origin.TypeParams().TypeParams() {
		r.visit(param)
	}
	for _, method := range methods(origin) {
		r.signature(method.Signature())
	}
}

func (r *reach) signature(t *types.Signature) {
	for param := range t.TypeParams().TypeParams() {
		r.visit(param)
	}
	for param := range t.Params().Variables() {
		r.visit(param.Type())
	}
	for result := range t.Results().Variables() {
		r.visit(result.Type())
	}
}
