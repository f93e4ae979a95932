package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// context is the platform that the table speaks of.
var context = func() build.Context {
	platform := build.Default
	platform.GOOS, platform.GOARCH, platform.CgoEnabled = "linux", "amd64", false
	return platform
}()

// A checker type-checks packages of one source tree, without function bodies, each once.
type checker struct {
	fset     *token.FileSet
	root     string
	packages map[string]*types.Package
}

func newChecker(goroot string) *checker {
	return &checker{token.NewFileSet(), filepath.Join(goroot, "src"), map[string]*types.Package{"unsafe": types.Unsafe}}
}

// Import implements types.Importer; vendored packages go by their whole path.
func (c *checker) Import(path string) (*types.Package, error) {
	dir := filepath.Join(c.root, path)
	if _, err := os.Stat(dir); err != nil && path != "unsafe" {
		path = "vendor/" + path
		dir = filepath.Join(c.root, path)
	}
	if pkg := c.packages[path]; pkg != nil {
		return pkg, nil
	}
	listed, err := context.ImportDir(dir, 0)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range listed.GoFiles {
		file, err := parser.ParseFile(c.fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	config := types.Config{Importer: c, IgnoreFuncBodies: true, Sizes: types.SizesFor("gc", context.GOARCH)}
	pkg, err := config.Check(path, c.fset, files, nil)
	c.packages[path] = pkg
	return pkg, err
}

// A rereader type-checks the stubs instead of the sources. A prying stub is one of a type that is declared as another
// package's type and so has fields of that package's unexported types, which Go has no way to write.
type rereader struct {
	fset     *token.FileSet
	stubs    map[string]string
	packages map[string]*types.Package
	problems []error
	prying   map[string]bool
}

// Import implements types.Importer; what is wrong with a stub is noted and doesn't stop it.
func (r *rereader) Import(path string) (*types.Package, error) {
	if pkg := r.packages[path]; pkg != nil {
		return pkg, nil
	}
	note := func(err error) {
		if strings.Contains(err.Error(), "not exported by package") {
			r.prying[path] = true
			return
		}
		r.problems = append(r.problems, err)
	}
	file, err := parser.ParseFile(r.fset, path, r.stubs[path], parser.SkipObjectResolution)
	if err != nil {
		note(err)
	}
	config := types.Config{Importer: r, IgnoreFuncBodies: true, Sizes: types.SizesFor("gc", context.GOARCH), Error: note}
	pkg, _ := config.Check(path, r.fset, []*ast.File{file}, nil)
	r.packages[path] = pkg
	return pkg, nil
}

// verify proves the table by reading it back: every stub must type-check, and give the stub that it was made from.
func verify(c *checker, stubs map[string]string, paths []string) error {
	reader := &rereader{fset: c.fset, stubs: stubs, prying: map[string]bool{}}
	reader.packages = map[string]*types.Package{"unsafe": types.Unsafe}
	for _, path := range paths {
		reader.Import(path)
	}
	if len(reader.problems) > 0 {
		return errors.Join(reader.problems...)
	}
	for _, path := range paths {
		if reader.prying[path] {
			continue
		}
		if again := stub(reader.packages[path]); again != stubs[path] {
			return fmt.Errorf("%s reads back differently:\n%s", path, again)
		}
	}
	return nil
}
