// Package stakes calls functions that ask for a lock, with and without anything to lose.
package stakes

import (
	"sync"
	"sync/atomic"
)

type node struct {
	mu     sync.Mutex
	leader atomic.Bool
	name   string
	term   uint64
	peers  map[string]uint64
	wake   *sync.Cond
}

func newNode(name string) *node {
	n := &node{name: name, peers: map[string]uint64{}}
	n.wake = sync.NewCond(&n.mu)
	n.addPeerLocked(name, 0) // nobody else has it
	return n
}

// addPeerLocked writes what the lock guards.
func (n *node) addPeerLocked(name string, term uint64) { n.peers[name] = term }

// isLeader reads an atomic; the lock was needed once. The lock must be held.
func (n *node) isLeader() bool { return n.leader.Load() }

// label reads what never changes. The lock must be held.
func (n *node) label() string { return n.name }

// quorum looks further down. The lock must be held.
func (n *node) quorum() int { return n.count() / 2 }

func (n *node) count() int { return len(n.peers) }

// pause gives the lock up for a while. The lock must be held.
func (n *node) pause() {
	n.mu.Unlock()
	work()
	n.mu.Lock()
}

func work() {}

func (n *node) Join(name string, term uint64) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.addPeerLocked(name, term)
	n.pause()
	if n.isLeader() && n.label() != "" {
		return n.quorum()
	}
	return 0
}

func (n *node) Rejoin(name string, term uint64) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.addPeerLocked(name, term)
	n.pause()
	if n.isLeader() && n.label() != "" {
		return n.quorum()
	}
	return 0
}

func (n *node) Leads() bool { return n.isLeader() }

func (n *node) Name() string { return n.label() }

func (n *node) Majority() int {
	return n.quorum() // want "`.*quorum` is called without `node.mu`"
}

func (n *node) Nap() {
	n.pause() // want "`.*pause` is called without `node.mu`"
}

func (n *node) Late(name string) {
	n.mu.Lock()
	known := n.peers[name] > 0
	n.mu.Unlock()
	if !known {
		n.addPeerLocked(name, 1) // want "`.*addPeerLocked` is called without `node.mu`"
	}
}

// forget is asked for by an interface alone: whoever calls it may hold the lock.
func (n *node) forget(name string) { n.addPeerLocked(name, 0) }

type forgetter interface{ forget(name string) }

type a struct{ *node }
type b struct{ *node }
type c struct{ *node }

func (x a) forget(name string) {}
func (x b) forget(name string) {}
func (x c) forget(name string) {}

func clean(n *node, all []forgetter) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, each := range all {
		each.forget("")
	}
}

// A type whose values are for those who hold the lock.
type nodeLocked struct{ n *node }

func (l nodeLocked) Add(name string) { l.n.addPeerLocked(name, 1) }

func (n *node) Each(do func(nodeLocked)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	do(nodeLocked{n})
}

// A helper that a constructor hands its object to is the constructor's.
func load(name string) *node {
	n := newNode(name)
	fill(n)
	return n
}

func fill(n *node) { n.addPeerLocked("self", 1) }

// A name asks for the one lock that there is, whoever else forgets it.
type shelf struct {
	mu    sync.Mutex
	books map[string]int
}

func (s *shelf) Put(title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.putLocked(title)
}

func (s *shelf) PutAll(titles []string) {
	for _, title := range titles {
		s.putLocked(title) // want "`.*putLocked` is called without `shelf.mu`"
	}
}

func (s *shelf) putLocked(title string) { s.books[title]++ }

// A goroutine doesn't hold what its starter holds, and gives back.
func (n *node) Introduce(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	go n.addPeerLocked(name, 0) // want "`..node..addPeerLocked` is called without `node.mu`"
}

// Its starter gives the lock back when it is done.
func (n *node) IntroduceAndWait(name string) {
	done := make(chan struct{})
	n.mu.Lock()
	defer n.mu.Unlock()
	go func() {
		n.addPeerLocked(name, 0)
		close(done)
	}()
	<-done
}

// One way leaves the lock to the goroutine.
func (n *node) Resume(now bool) {
	n.mu.Lock()
	if !now {
		n.mu.Unlock()
		return
	}
	go n.restartAndUnlock()
}

// restartAndUnlock begins anew. The lock must be held, and is given back.
func (n *node) restartAndUnlock() {
	n.peers = map[string]uint64{}
	n.mu.Unlock()
}

func (n *node) Restart() {
	n.mu.Lock()
	n.restartAndUnlock()
}
