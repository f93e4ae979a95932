// Package negative starts its goroutines last, or keeps them waiting.
package negative

type hub struct {
	name  string
	notes []string
	in    chan int
}

func newHub(name string) *hub {
	h := &hub{in: make(chan int)}
	h.name = name
	go h.run()
	return h
}

func (h *hub) run() {
	for range h.in {
		println(h.name)
	}
}

// The goroutine doesn't look at what comes late.
func newNoted(note string) *hub {
	h := &hub{in: make(chan int)}
	go h.run()
	h.notes = append(h.notes, note)
	return h
}

// It gets its first message after the last write.
type lazy struct {
	size int
	in   chan int
}

func newLazy(size int) *lazy {
	l := &lazy{in: make(chan int, 1)}
	go l.run()
	l.size = size
	l.in <- 1
	return l
}

func (l *lazy) run() {
	for range l.in {
		println(l.size)
	}
}

// What the goroutine uses when it is sent for is there by then.
type cache struct {
	tasks   chan int
	latency []int
}

func newCache(n int) *cache {
	c := &cache{tasks: make(chan int)}
	go func() {
		for task := range c.tasks {
			c.latency[task]++
		}
	}()
	c.latency = make([]int, n)
	return c
}

func (c *cache) put(task int) { c.tasks <- task }
