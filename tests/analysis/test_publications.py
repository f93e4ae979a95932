"""Where values become reachable by other goroutines, and what is written to them afterwards."""

from __future__ import annotations

import pytest
from facts import check, facts_of

from pubcheck.facts import PublicationKind

_TYPES = """
import ("sync"; "sync/atomic"; "sort")

type T struct {
	n    int
	m    map[string]int
	next *T
}

type S struct {
	p   atomic.Pointer[T]
	v   atomic.Value
	all sync.Map
	mu  sync.Mutex
	t   *T
}
var _ = sort.Ints
"""

CASES = {
    "into what nobody else has": """
func f(t *T) *S {
	s := &S{}
	s.p.Store(t)
	t.n = 1 // after: -
	s.put(t)
	t.n = 2 // after: -
	return s
}
func (s *S) put(t *T) { s.v.Store(t) }
""",
    "with what is published later": """
func f(ch chan *S) {
	s, t := &S{}, &T{}
	s.p.Store(t)
	t.n = 1 // after: -
	ch <- s
	t.n = 2 // after: send
}
""",
    "only one of two": """
func f(ch chan *T, many bool) {
	t := &T{}
	if many {
		ch <- t
		t = &T{}
	}
	t.n = 1 // after: -
}
""",
    "the address of a variable under a lock": """
func f(s *S) {
	var t T
	s.mu.Lock()
	s.t = &t
	s.mu.Unlock()
	t.n = 1 // after: store
}
""",
    "by a callee under a lock": """
func f(s *S) {
	t := &T{}
	s.add(t)
	t.n = 1 // after: store
}
func (s *S) add(t *T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.t = t
}
""",
    "LoadOrStore that found another": """
func f(s *S, k string) {
	t := &T{}
	if _, loaded := s.all.LoadOrStore(k, t); loaded {
		t.n = 1 // after: -
		return
	}
	t.n = 2 // after: sync.Map
}
""",
    "sent": """
func f(ch chan *T) {
	t := &T{}
	t.n = 1 // after: -
	ch <- t
	t.n = 2 // after: send
}
""",
    "through an alias": """
func f(ch chan *T) {
	t := &T{}
	u := t
	ch <- t
	u.n = 2 // after: send
}
""",
    "through an alias in memory": """
func f(ch chan *T) {
	var u T
	p := &u
	ch <- p
	u.n = 2 // after: send
}
""",
    "what hangs on it": """
func f(ch chan *T) {
	inner := &T{}
	t := &T{next: inner}
	ch <- t
	inner.n = 2 // after: send
	t.next.n = 3 // after: send
	t.m["a"] = 1 // after: send
}
""",
    "as many answers as goroutines": """
func f(ts []*T, done chan int) {
	t := &T{}
	for range ts {
		go work(t, done)
		t.n = 1 // after: go
	}
	for range ts {
		<-done
	}
	t.n = 2 // after: -
}
func work(t *T, done chan int) { t.n = 3; done <- 1 }
""",
    "an answer or the end of the wait": """
func f(ts []*T, done, stop chan int) {
	t := &T{}
	for range ts {
		go work(t, done)
	}
	for i := 0; i < len(ts); i++ {
		select {
		case <-done:
		case <-stop:
			return
		}
	}
	t.n = 1 // after: -
}
func work(t *T, done chan int) { t.n = 2; done <- 1 }
""",
    "an answer in some turns": """
func f(ts []*T, done chan int) {
	t := &T{}
	go work(t, done)
	for i := range ts {
		if i > 1 {
			<-done
		}
	}
	t.n = 1 // after: go
}
func work(t *T, done chan int) { t.n = 2; done <- 1 }
""",
    "answered, and given away again, in each turn": """
func f(ts []*T, done chan int) {
	t := &T{}
	for range ts {
		<-done
		go work(t, done)
	}
	t.n = 1 // after: go
}
func work(t *T, done chan int) { t.n = 2; done <- 1 }
""",
    "a new value in the variable": """
func f(ch chan *T) {
	t := &T{}
	ch <- t
	t = &T{}
	t.n = 2 // after: -
}
""",
    "a fresh value each turn": """
func f(ch chan *T) {
	for i := 0; i < 3; i++ {
		t := &T{}
		t.n = 1 // after: -
		ch <- t
	}
}
""",
    "the same value each turn": """
func f(ch chan *T) {
	t := &T{}
	for i := 0; i < 3; i++ {
		t.n = 1 // after: send
		ch <- t
	}
}
""",
    "ranged values differ": """
func f(ts []*T, ch chan *T) {
	for _, t := range ts {
		t.n = 1 // after: -
		ch <- t
	}
}
""",
    "handed back": """
func f(ch, back chan *T) {
	t := &T{}
	ch <- t
	<-back
	t.n = 2 // after: -
}
""",
    "atomic pointer": """
func (s *S) f() {
	t := &T{}
	s.p.Store(t)
	t.n = 1 // after: atomic
}
""",
    "atomic value and a receive": """
func (s *S) f(done chan int) {
	t := &T{}
	s.v.Store(t)
	<-done
	t.n = 1 // after: atomic
}
""",
    "swap and compare": """
func (s *S) f(old *T) {
	a, b := &T{}, &T{}
	s.p.Swap(a)
	a.n = 1 // after: atomic
	s.p.CompareAndSwap(old, b)
	b.n = 1 // after: atomic
	old.n = 1 // after: -
}
""",
    "sync.Map": """
func (s *S) f() {
	t := &T{}
	s.all.Store("k", t)
	t.n = 1 // after: sync.Map
}
""",
    "an argument of go": """
func work(t *T) { _ = t.n }
func f() {
	t := &T{}
	go work(t)
	t.n = 1 // after: go
}
""",
    "captured": """
func f() {
	t := &T{}
	go func() { _ = t.n }()
	t.n = 1 // after: capture
}
""",
    "captured and waited for": """
func f() {
	t := &T{}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { defer wg.Done(); _ = t.n }()
	wg.Wait()
	t.n = 1 // after: -
}
""",
    "a callee that waits": """
func join(wg *sync.WaitGroup) { wg.Wait() }
func f() {
	t := &T{}
	var wg sync.WaitGroup
	wg.Go(func() { _ = t.n })
	join(&wg)
	t.n = 1 // after: -
}
""",
    "WaitGroup.Go": """
func f(wg *sync.WaitGroup) {
	t := &T{}
	wg.Go(func() { _ = t.n })
	t.n = 1 // after: capture
}
""",
    "published by a callee": """
func (s *S) put(t *T) { s.p.Store(t) }
func (s *S) f() {
	t := &T{}
	s.put(t)
	t.n = 1 // after: atomic
}
""",
    "written by a callee": """
func bump(t *T) { t.n++ }
func f(ch chan *T) {
	t := &T{}
	bump(t) // after: -
	ch <- t
	bump(t) // after: send
}
""",
    "written by library functions": """
func f(ch chan []int) {
	xs := []int{3, 1}
	ch <- xs
	sort.Ints(xs) // after: send
	copy(xs, xs) // after: send
	clear(xs) // after: send
}
""",
    "one branch": """
func f(ch chan *T, b bool) {
	t := &T{}
	if b {
		ch <- t
		return
	}
	t.n = 1 // after: -
}
""",
    "either branch": """
func f(ch chan *T, b bool) {
	t := &T{}
	if b {
		ch <- t
	}
	t.n = 1 // after: send
}
""",
    "a struct by value shares what it points to": """
func f(ch chan T) {
	t := T{m: map[string]int{}}
	m := map[string]int{}
	ch <- T{m: m}
	t.n = 1 // after: -
	m["a"] = 1 // after: send
}
""",
    "an interface holds it": """
func f(ch chan any) {
	t := &T{}
	ch <- t
	t.n = 1 // after: send
}
""",
    "select": """
func f(ch chan *T, stop chan int) {
	t := &T{}
	select {
	case ch <- t:
		t.n = 1 // after: send
	case <-stop:
		t.n = 2 // after: -
	}
}
""",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_writes_after_publication(text: str) -> None:
    check(_TYPES + text)


def test_a_plain_store_under_a_lock_is_safe() -> None:
    facts = facts_of(
        "package m\n"
        + _TYPES
        + "func (s *S) f() { t := &T{}; s.mu.Lock(); s.t = t; s.mu.Unlock() }\n"
        + "func (s *S) g() { s.mu.TryLock(); s.t = &T{} }\n"
    )
    under, bare = (facts.function(f"(*S).{name}") for name in "fg")
    assert under is not None
    assert bare is not None
    assert [(one.kind, one.safe, one.fresh) for one in under.publications] == [(PublicationKind.STORE, True, True)]
    assert [(one.kind, one.safe) for one in bare.publications] == [(PublicationKind.STORE, False)]
    assert str(under.publications[0].into) == "s.t"


def test_writes_through_a_publication() -> None:
    facts = facts_of(
        "package m\n"
        + _TYPES
        + "func f(a, b chan *T) { t, u := &T{}, &T{}; a <- t; u.n = 1; t.n = 2; b <- u; u.n = 3 }\n"
    )
    function = facts.function("f")
    assert function is not None
    first, second = function.publications
    assert [str(access.path) for access in function.writes_through(first)] == ["t.n"]
    assert [str(access.path) for access in function.writes_through(second)] == ["u.n"]


def test_a_start_tells_what_the_goroutine_touches() -> None:
    facts = facts_of(
        "package m\n" + _TYPES + "func f() { t := &T{}; go func() { _ = t.n; t.m = nil }(); t.next = nil }\n"
    )
    function = facts.function("f")
    assert function is not None
    (spawn,) = function.spawns
    assert spawn.callee == "f.func1"
    assert not spawn.looped
    assert {(access.kind.value, str(access.path).rpartition(".")[2]) for access in spawn.accesses} >= {
        ("read", "n"),
        ("write", "m"),
    }
