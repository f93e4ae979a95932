package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
)

// dumpUses records what a package's files say, with offsets of bytes, files by their base names and types as typeText
// writes them:
//
//	["package", import path]
//	["name", file, pos, name, object, type]
//	["selector", file, pos of the name, kind, object, embedded fields on the way, indirect, type]
//	["call", file, pos, end, kind, callee, type]
func dumpUses(c *checked) {
	record("package", c.pkg.Path())
	for _, file := range c.files {
		d := &dumper{c.fset, c.pkg, c.info, filepath.Base(c.fset.Position(file.FileStart).Filename)}
		ast.Inspect(file, d.node)
	}
}

type dumper struct {
	fset *token.FileSet
	pkg  *types.Package
	info *types.Info
	file string
}

func (d *dumper) offset(pos token.Pos) int { return d.fset.Position(pos).Offset }

func (d *dumper) node(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.Ident:
		d.name(node)
	case *ast.SelectorExpr:
		d.selector(node)
	case *ast.CallExpr:
		d.call(node)
	}
	return true
}

func (d *dumper) name(name *ast.Ident) {
	// The name of an embedded field is a definition as well; what it uses is its type.
	object := d.info.Uses[name]
	if object == nil {
		object = d.info.Defs[name]
	}
	if object != nil {
		if _, isLabel := object.(*types.Label); !isLabel {
			record("name", d.file, d.offset(name.Pos()), name.Name, d.object(object), typeText(object.Type()))
		}
	}
}

func (d *dumper) selector(node *ast.SelectorExpr) {
	pos := d.offset(node.Sel.Pos())
	selection := d.info.Selections[node]
	if selection == nil {
		if object := d.info.Uses[node.Sel]; object != nil {
			record("selector", d.file, pos, "qualified", d.object(object), []string{}, false, typeText(object.Type()))
		}
		return
	}
	kind := map[types.SelectionKind]string{
		types.FieldVal: "field", types.MethodVal: "method", types.MethodExpr: "method-expr",
	}[selection.Kind()]
	record("selector", d.file, pos, kind, d.object(selection.Obj()), embedded(selection), selection.Indirect(), typeText(selection.Type()))
}

// embedded names the fields that a selection goes through on its way.
func embedded(selection *types.Selection) []string {
	names := []string{}
	t := selection.Recv()
	for _, i := range selection.Index()[:len(selection.Index())-1] {
		if pointer, ok := t.Underlying().(*types.Pointer); ok {
			t = pointer.Elem()
		}
		structure, ok := t.Underlying().(*types.Struct)
		if !ok {
			break
		}
		names = append(names, structure.Field(i).Name())
		t = structure.Field(i).Type()
	}
	return names
}

func (d *dumper) call(call *ast.CallExpr) {
	pos, end := d.offset(call.Pos()), d.offset(call.End())
	value := d.info.Types[call.Fun]
	result := typeText(d.info.TypeOf(call))
	if value.IsType() {
		record("call", d.file, pos, end, "conversion", typeText(value.Type), result)
		return
	}
	fun := ast.Unparen(call.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		if d.info.Types[index.X].IsValue() && isGeneric(d.info.TypeOf(index.X)) {
			fun = index.X
		}
	case *ast.IndexListExpr:
		fun = index.X
	}
	var object types.Object
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		object = d.info.Uses[fun]
	case *ast.SelectorExpr:
		object = d.info.Uses[fun.Sel]
	}
	switch object := object.(type) {
	case *types.Func:
		record("call", d.file, pos, end, "function", fullName(object), result)
	case *types.Builtin:
		name := object.Name()
		if object.Pkg() != nil {
			name = "unsafe." + name
		}
		record("call", d.file, pos, end, "builtin", name, result)
	default:
		if value.Type != nil && value.Type != types.Typ[types.Invalid] {
			record("call", d.file, pos, end, "dynamic", "", result)
		}
	}
}

func isGeneric(t types.Type) bool {
	signature, ok := t.(*types.Signature)
	return ok && signature.TypeParams().Len() > 0
}

// object is [kind, what identifies it]: its place where the package at hand declares it, else its full name.
func (d *dumper) object(object types.Object) []any {
	kind, name := "", object.Name()
	switch object := object.(type) {
	case *types.PkgName:
		return []any{"package", object.Imported().Path()}
	case *types.Func:
		return []any{"func", fullName(object)}
	case *types.Builtin:
		return []any{"builtin", name}
	case *types.Nil:
		return []any{"nil", name}
	case *types.Var:
		kind, object = "var", object.Origin()
		if object.IsField() {
			kind = "field"
		}
	case *types.Const:
		kind = "const"
	case *types.TypeName:
		kind = "type"
	}
	switch pkg := object.Pkg(); pkg {
	case nil:
		return []any{kind, name}
	case d.pkg:
		place := d.fset.Position(object.Pos())
		return []any{kind, filepath.Base(place.Filename), place.Offset}
	default:
		return []any{kind, pkg.Path() + "." + name}
	}
}

// fullName is the function's name as types.Func.FullName gives it, but without type arguments.
func fullName(f *types.Func) string {
	prefix := ""
	if f.Pkg() != nil {
		prefix = f.Pkg().Path() + "."
	}
	receiver := f.Signature().Recv()
	if receiver == nil {
		return prefix + f.Name()
	}
	star, t := "", types.Unalias(receiver.Type())
	if pointer, ok := t.(*types.Pointer); ok {
		star, t = "*", types.Unalias(pointer.Elem())
	}
	owner := "interface"
	if named, ok := t.(*types.Named); ok {
		owner = named.Obj().Name()
		if named.Obj().Pkg() != nil {
			owner = named.Obj().Pkg().Path() + "." + owner
		}
	}
	return "(" + star + owner + ")." + f.Name()
}
