// Package positive completes objects that goroutines have already.
package positive

type hub struct {
	name  string
	limit int
	in    chan int
	peers map[string]int
}

// Through a literal that calls a method.
func newHub(name string) *hub {
	h := &hub{in: make(chan int)}
	go func() {
		h.run()
	}()
	h.limit = 10 // want "`hub.limit` is written after a goroutine that uses it got the object"
	h.name = name
	return h
}

func (h *hub) run() {
	for n := 0; ; n++ {
		h.take(n)
		n += <-h.in
	}
}

func (h *hub) take(n int) { h.check(n) }

func (h *hub) check(n int) {
	if n > h.limit {
		println(h.name)
	}
}
