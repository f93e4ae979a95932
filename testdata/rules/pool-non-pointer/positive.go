// Package positive puts what must be boxed.
package positive

import (
	"sync"
	"time"
)

type names []string

type point struct{ x, y int }

func puts(pool *sync.Pool, n names, p point, t time.Time, array [4]int, text string) {
	pool.Put(n)     // want "allocates: a `.*names` is boxed"
	pool.Put(p)     // want "allocates: a `.*point` is boxed"
	pool.Put(t)     // want "allocates: a `time.Time` is boxed"
	pool.Put(array) // want "is boxed"
	pool.Put(text)  // want "allocates: a `string` is boxed"
	defer pool.Put(n[:0]) // want "is boxed"
}
