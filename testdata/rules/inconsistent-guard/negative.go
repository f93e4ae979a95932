// Package negative leaves a lock out where nobody else can be at work.
package negative

import "sync"

// --- what a package fills while it is initialised

var (
	codecsMu sync.Mutex
	codecs   = map[string]int{}
	codecIDs int
)

func register(name string) {
	codecsMu.Lock()
	defer codecsMu.Unlock()
	codecs[name] = codecIDs
	codecIDs++
}

func init() {
	register("plain")
	register("packed")
}

func known() int { return codecIDs }

func lookUp(name string) (int, bool) {
	codecsMu.Lock()
	defer codecsMu.Unlock()
	id, ok := codecs[name]
	return id + codecIDs, ok
}

// --- the object that a function makes

type node struct {
	mu    sync.Mutex
	term  int
	peers []string
	inbox chan int
}

func (n *node) step() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.term++
	n.peers = append(n.peers, "new")
}

func (n *node) state() (int, int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.term, len(n.peers)
}

type cluster struct {
	mu    sync.Mutex
	nodes []*node
}

func (c *cluster) grow(start func(func(int))) {
	n := &node{inbox: make(chan int, 1)}
	start(func(v int) { n.inbox <- v })
	n.mu.Lock()
	n.term = 1
	n.mu.Unlock()
	if n.term > 0 {
		n.peers = nil
	}
	c.mu.Lock()
	c.nodes = append(c.nodes, n)
	c.mu.Unlock()
}

func (c *cluster) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.nodes)
}

// --- two parts of one struct

type listener struct {
	mu   sync.Mutex
	web  struct{ urls, headers string }
	done bool
}

func (l *listener) update(urls string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.web.urls = urls
}

func (l *listener) urls() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.web.urls
}

func (l *listener) headers() string { return l.web.headers }

// --- the length of a slice whose elements alone change

type stripes struct {
	mu    sync.RWMutex
	seeds []int
}

func newStripes() *stripes { return &stripes{seeds: make([]int, 64)} }

func (s *stripes) expire(hash int) {
	at := hash % len(s.seeds)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seeds[at]++
}

func (s *stripes) seed(hash int) int {
	at := hash % len(s.seeds)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.seeds[at]
}
