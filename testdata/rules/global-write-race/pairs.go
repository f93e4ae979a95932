// Package pairs starts few goroutines, that meet in a function or in a variable.
package pairs

import "sync"

var (
	total   int
	level   int
	longest string
	seen    int
	limit   = 3
)

// Two starts of one function.
func Both() {
	go add(1)
	go add(2)
}

func add(n int) {
	total += n // want "package variable `total` is written here"
}

// One goroutine writes what another one reads.
func Watch() {
	go raise()
	go show()
}

func raise() {
	level++ // want "package variable `level` is written here and read by `show` on another goroutine"
}

func show() { println(level) }

// A goroutine, and who has started it, run one function.
func Measure(names []string) {
	go measure(names[0])
	measure(names[1])
}

func measure(name string) {
	if len(name) > len(longest) {
		longest = name // want "package variable `longest` is written here"
	}
}

// One after the other.
func InTurns() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		look()
	}()
	wg.Wait()
	look()
	wg.Add(1)
	go func() {
		defer wg.Done()
		look()
	}()
	wg.Wait()
}

func look() { seen++ }

// Both only read.
func Compare() {
	go within(1)
	go within(2)
}

func within(n int) bool { return n < limit }

// Callers and a goroutine come to the same function by many ways, whose order is their own.
func Load(name string) { load(name) }

func load(name string) {
	keep(name)
	if name == "" {
		go func() { load("default") }()
	}
}

var kept string

func keep(name string) { kept = name }
