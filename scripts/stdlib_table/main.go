// Command stdlib_table writes the declarations of every package of the standard library to standard output: what
// a type checker must know of a package that it has no source of. See generate.py.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"go/build"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("stdlib_table: ")
	goroot := flag.String("goroot", build.Default.GOROOT, "the Go tree to read")
	flag.Parse()

	checker := newChecker(*goroot)
	paths, err := packagePaths(checker.root)
	if err != nil {
		log.Fatal(err)
	}
	stubs := map[string]string{}
	for _, path := range paths {
		pkg, err := checker.Import(path)
		if err != nil {
			log.Fatal(err)
		}
		stubs[path] = stub(pkg)
	}
	if err := verify(checker, stubs, paths); err != nil {
		log.Fatal(err)
	}
	out := bufio.NewWriter(os.Stdout)
	for _, path := range paths {
		fmt.Fprintf(out, "-- %s --\n%s", path, stubs[path])
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

// packagePaths lists the import paths under GOROOT/src, sorted: commands and test data left out, internal and vendored
// packages included because exported API mentions their types.
func packagePaths(root string) ([]string, error) {
	var paths []string
	err := filepath.WalkDir(root, func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || dir == root {
			return err
		}
		path := filepath.ToSlash(strings.TrimPrefix(dir, root+string(filepath.Separator)))
		if path == "cmd" || path == "builtin" || path == "unsafe" || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), "_") {
			return filepath.SkipDir
		}
		pkg, err := context.ImportDir(dir, 0)
		if err == nil && pkg.Name != "main" && len(pkg.GoFiles) > 0 {
			paths = append(paths, path)
		}
		return nil
	})
	slices.Sort(paths)
	return paths, err
}
