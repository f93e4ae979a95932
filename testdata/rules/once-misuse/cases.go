// Package cases uses sync.Once in all ways.
package cases

import "sync"

var (
	global sync.Once
	value  int
)

func setup() {
	value = get() + 1
}

func get() int {
	global.Do(setup) // want "`global.Do` is called by what `global.Do` runs"
	return value
}

type tree struct {
	once  sync.Once
	done  sync.Once
	left  *tree
	right *tree
	mu    sync.Mutex
	size  int
}

// Another tree's Once.
func (t *tree) count() int {
	t.once.Do(func() {
		t.size = 1
		if t.left != nil {
			t.size += t.left.count()
		}
	})
	return t.size
}

// Another Once.
func (t *tree) close() {
	t.done.Do(func() {
		t.once.Do(func() { t.size = 0 })
	})
}

func (t *tree) direct() {
	t.once.Do(func() {
		t.once.Do(func() {}) // want "`t.once.Do` is called by what `t.once.Do` runs"
	})
}

// A lock keeps those out who are in Do, if they hold it as well.
func (t *tree) resetLocked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.once = sync.Once{}
}

func (t *tree) reset() {
	t.done = sync.Once{} // want "`tree.done` is replaced while others may be in its Do"
}

func newTree() *tree {
	t := &tree{}
	t.once = sync.Once{}
	return t
}

// Two places of one call: the second does nothing.
func cleanup(fail bool, release func()) {
	var once sync.Once
	if fail {
		once.Do(release)
	}
	once.Do(release)
}

func each(items []int, first func()) {
	var once sync.Once
	for range items {
		once.Do(first)
	}
}

func stop(release func()) func() {
	stop := sync.OnceFunc(release)
	defer stop()
	return stop
}

func made(release func()) func() { return sync.OnceFunc(release) }

func atOnce(release func()) {
	sync.OnceFunc(release)() // want "is made and called at once"
}

func nothing() {
	global.Do(nil) // want "`Do` is given nil to run"
}

func dropped(release func()) {
	sync.OnceFunc(release) // want "makes is dropped: it never runs"
}

func someTimes(again bool) {
	var once sync.Once
	once.Do(func() {
		if again {
			once.Do(func() {}) // want "`once.Do` is called by what `once.Do` runs"
		}
	})
}

func inTurns(n int) {
	var once sync.Once
	once.Do(func() {
		for range n {
			once.Do(func() {}) // want "`once.Do` is called by what `once.Do` runs"
		}
	})
}

func inPlace() {
	var once sync.Once
	once.Do(func() {
		func() {
			once.Do(func() {}) // want "`once.Do` is called by what `once.Do` runs"
		}()
	})
}

// What is only made, and called when the Once is done, waits for nobody.
func later() func() {
	var once sync.Once
	var next func()
	once.Do(func() {
		next = func() { once.Do(func() {}) }
	})
	return next
}
