package main

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
)

// A loader type-checks packages; what they import comes from source, without function bodies.
type loader struct {
	fset     *token.FileSet
	importer types.ImporterFrom
}

func newLoader() *loader {
	fset := token.NewFileSet()
	return &loader{fset, importer.ForCompiler(fset, "source", nil).(types.ImporterFrom)}
}

// A checked package is one with its bodies.
type checked struct {
	fset  *token.FileSet
	pkg   *types.Package
	files []*ast.File
	info  *types.Info
}

// check reads the package in a directory, without its tests. Type errors are tolerated: real code is checked where
// not all of its dependencies are.
func (l *loader) check(path, dir string) (*checked, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	listed, err := build.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range listed.GoFiles {
		file, err := parser.ParseFile(l.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	info := &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	config := types.Config{
		Importer: fromDir{l.importer, dir},
		Sizes:    types.SizesFor("gc", build.Default.GOARCH),
		Error:    func(error) {},
	}
	pkg, _ := config.Check(path, l.fset, files, info)
	return &checked{l.fset, pkg, files, info}, nil
}

// fromDir resolves imports as files of one directory see them, which is what finds vendored packages.
type fromDir struct {
	importer types.ImporterFrom
	dir      string
}

// Import implements types.Importer.
func (f fromDir) Import(path string) (*types.Package, error) {
	return f.importer.ImportFrom(path, f.dir, 0)
}
