// Command referee prints what go/types says of Go packages, as one JSON array a line, for the tests to hold pubcheck's
// own model against.
//
//	referee uses PATH=DIR...    names, selectors and calls
//	referee sizes PATH=DIR...   layout of every struct type that is declared at top level
//
// Each package is given by its import path and its directory.
// GOOS, GOARCH and the like come from the environment. The first element of a record is its kind; see records.py.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("referee: ")
	if len(os.Args) < 3 {
		log.Fatal("usage: referee uses|sizes PATH=DIR...")
	}
	dump := map[string]func(*checked){"uses": dumpUses, "sizes": dumpSizes}[os.Args[1]]
	if dump == nil {
		log.Fatalf("there is no command %q", os.Args[1])
	}
	loader := newLoader()
	for _, argument := range os.Args[2:] {
		path, dir, _ := strings.Cut(argument, "=")
		checked, err := loader.check(path, dir)
		if err != nil {
			log.Fatal(err)
		}
		dump(checked)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

var out = bufio.NewWriter(os.Stdout)

func record(parts ...any) {
	line, err := json.Marshal(parts)
	if err != nil {
		log.Fatal(err)
	}
	out.Write(append(line, '\n'))
}
