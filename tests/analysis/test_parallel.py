"""Which goroutines run a function, and which of them overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facts import facts_of

from pubcheck.analysis import Site
from pubcheck.analysis.handshakes import handshakes_of

if TYPE_CHECKING:
    from pubcheck.analysis import PackageFacts


def _threads(facts: PackageFacts, name: str) -> list[str]:
    function = facts.function(name)
    assert function is not None
    return [
        f"{thread.origin} {thread.root}{'*' * thread.many}".strip() for thread in sorted(facts.threads.of(function))
    ]


def _site(facts: PackageFacts, line: str, text: str) -> Site:
    """The last access on the line of ``text`` that holds ``line``."""
    start = text.index(line)
    sites = [
        Site(function, access)
        for function in facts.functions
        for access in function.accesses
        if start <= access.span.start < start + len(line) and not access.trace
    ]
    return sites[-1]


def _overlap(text: str, one: str, other: str) -> str:
    text = "package m\n" + text
    facts = facts_of(text)
    assert facts.problems == ()
    witness = facts.threads.may_happen_in_parallel(_site(facts, one, text), _site(facts, other, text))
    return "" if witness is None else str(witness)


_SERVER = """
import ("net/http"; "sync"; "time")
type S struct { mu sync.Mutex; n, first, late int; quit chan bool }
func New() *S {
	s := &S{}
	s.setUp()
	go s.loop()
	s.mu.Lock(); s.mu.Unlock()
	return s
}
func (s *S) setUp() { s.mu.Lock(); s.first = 1; s.mu.Unlock() }
func (s *S) loop() { <-s.quit; s.tick(); func() { s.late++ }() }
func (s *S) tick() { s.mu.Lock(); s.n++; s.mu.Unlock() }
func (s *S) Stop() { close(s.quit); s.n = 7 }
func (s *S) serve(w http.ResponseWriter, r *http.Request) { s.mu.Lock(); defer s.mu.Unlock(); s.quiet() }
func (s *S) quiet() { s.mu.TryLock() }
func (s *S) Later() { time.AfterFunc(1, s.again) }
func (s *S) again() { s.mu.Lock() }
"""


def test_threads_follow_calls_literals_and_starters() -> None:
    facts = facts_of("package m\n" + _SERVER)
    assert _threads(facts, "New") == ["caller"]
    assert _threads(facts, "(*S).setUp") == ["caller"]
    assert _threads(facts, "(*S).tick") == ["go (*S).loop"]
    assert _threads(facts, "(*S).loop.func1") == ["go (*S).loop"]
    assert _threads(facts, "(*S).quiet") == ["handler (*S).serve*"]
    assert _threads(facts, "(*S).again") == ["starter (*S).again"]


def test_a_method_and_the_goroutine_overlap() -> None:
    assert _overlap(_SERVER, "s.n++", "s.n = 7") == "`New` starts `(*S).loop` as a goroutine"
    assert _overlap(_SERVER, "s.n++", "s.late++") == ""


def test_what_comes_before_the_start_does_not_overlap() -> None:
    assert _overlap(_SERVER, "s.first = 1", "s.n++") == ""


def test_two_callers_of_the_api_are_no_evidence() -> None:
    text = """
import "sync"
type S struct { mu sync.Mutex; n int }
func (s *S) A() { s.mu.Lock(); s.n = 1; s.mu.Unlock() }
func (s *S) B() { s.mu.Lock(); s.n = 2; s.mu.Unlock() }
"""
    assert _overlap(text, "s.n = 1", "s.n = 2") == ""


def test_what_is_joined_does_not_overlap() -> None:
    text = """
import "sync"
func Sum(xs []int) (n int) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { defer wg.Done(); for range xs { n += 1 } }()
	n += 2
	wg.Wait()
	n += 3
	return n
}
"""
    assert _overlap(text, "n += 2", "n += 1") == "`Sum` starts a goroutine"
    assert _overlap(text, "n += 3", "n += 1") == ""


def test_callers_go_on_when_all_that_was_started_in_turn_has_ended() -> None:
    text = """
type Tree struct { children []*Tree; size int }
func Visit(t *Tree, done chan bool) {
	t.size = len(t.children)
	below := make(chan bool)
	for _, child := range t.children { go Visit(child, below) }
	for range t.children { <-below }
	done <- true
}
func (t *Tree) Size() int { return t.size }
func Measure(t *Tree) {
	done := make(chan bool)
	go Visit(t, done)
	WAIT
}
"""
    waited = _overlap(text.replace("WAIT", "<-done"), "t.size = len(t.children)", "return t.size")
    assert waited == ""
    left = _overlap(text.replace("WAIT", ""), "t.size = len(t.children)", "return t.size")
    assert left == "`Measure` starts `Visit` as a goroutine"


def test_a_goroutine_in_a_loop_meets_itself() -> None:
    text = """
type pool struct { busy int; jobs chan int }
func (p *pool) start() { for range 4 { p.spawn() } }
func (p *pool) spawn() { go p.work() }
func (p *pool) work() { <-p.jobs; p.busy = 1 }
"""
    assert (
        _overlap(text, "p.busy = 1", "p.busy = 1")
        == "`(*pool).spawn` starts `(*pool).work` as a goroutine more than once"
    )


def test_grpc_services_are_handlers() -> None:
    text = """package m
import ("context"; "sync")
type UnimplementedEchoServer struct{}
type echo struct { UnimplementedEchoServer; mu sync.Mutex; n int }
type Request struct{}
func (e *echo) Say(ctx context.Context, r *Request) (*Request, error) { e.mu.Lock(); e.count(); return r, nil }
func (e *echo) count() { e.mu.Unlock(); e.n++ }
"""
    facts = facts_of(text)
    assert _threads(facts, "(*echo).count") == ["handler (*echo).Say*"]


def test_interfaces_of_few_types_are_followed() -> None:
    text = """package m
import "sync"
type job interface { do() }
type a struct { mu sync.Mutex }
func (a *a) do() { a.mu.Lock() }
func run(j job) { j.do() }
func start(j job, ch chan int) { <-ch; go run(j) }
"""
    assert _threads(facts_of(text), "(*a).do") == ["go run"]


def _meet(text: str, one: str, other: str) -> bool:
    text = "package m\n" + text
    facts = facts_of(text)
    assert facts.problems == ()
    return facts.sharing.meet(_site(facts, one, text), _site(facts, other, text)) is not None


_PEERS = (
    """
type server struct { peers map[string]*peer; done chan int }
type peer struct { name string; up, mine bool; in chan int }
func (s *server) add(name string) {
	p := &peer{name: name}
	s.peers[name] = p
	go p.run()
}
func (s *server) accept(names chan string) {
	for name := range names {
		p := &peer{name: name}
		go p.own()
	}
}
func (p *peer) run() { <-p.in; p.up = true }
func (p *peer) own() { <-p.in; p.mine = true }
func (p *Peer) Reset() { p.up = false; p.mine = false; <-p.in }
""".replace("peer struct", "Peer struct")
    .replace("*peer", "*Peer")
    .replace("&peer", "&Peer")
)


def test_an_object_that_is_stored_is_shared_with_its_goroutine() -> None:
    assert _meet(_PEERS, "p.up = true", "p.up = false")


def test_an_object_that_only_its_goroutine_has_is_not() -> None:
    assert not _meet(_PEERS, "p.mine = true", "p.mine = false")


def test_goroutines_of_a_loop_have_their_own_or_one_object() -> None:
    text = """
type T struct { n, m int; ch chan int }
func (t *T) Start(all []*T) {
	for _, one := range all {
		go one.own()
		go t.same()
	}
}
func (t *T) own() { <-t.ch; t.n = 1 }
func (t *T) same() { <-t.ch; t.m = 1 }
"""
    assert not _meet(text, "t.n = 1", "t.n = 1")
    assert _meet(text, "t.m = 1", "t.m = 1")


def test_handlers_share_their_receiver() -> None:
    text = """
import "net/http"
type H struct { n int }
func (h *H) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.count(); q := &H{}; q.count2(); go q.count() }
func (h *H) count() { h.n = 1 }
func (h *H) count2() { h.n = 2 }
"""
    assert _meet(text, "h.n = 1", "h.n = 1")
    assert not _meet(text, "h.n = 2", "h.n = 2")


def test_a_starter_of_the_package_is_seen_through() -> None:
    text = """package m
import "sync"
type S struct { wg sync.WaitGroup; mu sync.Mutex }
func (s *S) spawn(f func()) {
	s.wg.Add(1)
	go func() { defer s.wg.Done(); f() }()
}
func (s *S) Start() { s.spawn(s.loop) }
func (s *S) loop() { s.mu.Lock() }
"""
    assert "starter (*S).loop" in _threads(facts_of(text), "(*S).loop")


def test_a_handler_that_is_a_literal_comes_after_what_was_done_before_it_was_made() -> None:
    text = """
import "net/http"
type S struct { name, late string }
func (s *S) Serve(mux *http.ServeMux) {
	go func() {
		s.name = "a"
		mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { println(s.name, s.late) })
		s.late = "b"
	}()
}
"""
    assert not _meet(text, 's.name = "a"', "println(s.name, s.late)")
    assert _meet(text, 's.late = "b"', "println(s.name, s.late)")


def test_a_literal_that_calls_itself_can_be_started() -> None:
    facts = facts_of(
        """package m
        func f(n int) {
            var build func(int)
            build = func(depth int) {
                if depth > 0 {
                    build(depth - 1)
                }
            }
            go func() { build(n) }()
        }
        """
    )

    assert facts.problems == ()
    assert [spawn.callee for spawn in facts.function("f").spawns][:2] == ["f.func2", "f.func1"]  # type: ignore[union-attr]


_CIRCLE = """package m
type T struct { n, m int }
func (t *T) Run() { go t.loop(); t.late() }
func (t *T) loop() { t.n = 0 }
func (t *T) inner() { t.m = 1; t.outer() }
func (t *T) outer() { t.n = 1; t.inner() }
func (t *T) late() { t.outer() }
"""


def test_what_a_circle_of_calls_is_believed_to_do_does_not_depend_on_who_is_asked_first() -> None:
    for lines in (("t.n = 1", "t.m = 1"), ("t.m = 1", "t.n = 1")):
        facts = facts_of(_CIRCLE)
        thread = next(each for function in facts.functions for each in facts.threads.of(function) if each.has_start)
        assert not [line for line in lines if facts.threads.ordered(_site(facts, line, _CIRCLE), thread)]


_SEMAPHORE = """package semaphore

import "context"

type Weighted struct{}

func (s *Weighted) Acquire(ctx context.Context, n int64) error { return nil }

func (s *Weighted) Release(n int64) {}
"""

_SHELF = """package m

import (
	"context"

	"golang.org/x/sync/semaphore"
)

type Shelf struct {
	sem   *semaphore.Weighted
	books map[string]int
}

func (s *Shelf) put(ctx context.Context) {
	if s.sem.Acquire(ctx, 1) != nil {
		return
	}
	defer s.sem.Release(1)
	s.books["put"]++
}

func (s *Shelf) take(ctx context.Context) {
	if s.sem.Acquire(ctx, 1) != nil {
		return
	}
	s.books["taken"]--
	s.sem.Release(1)
}

func (s *Shelf) peek() int { return s.books["put"] }

func (s *Shelf) run(ctx context.Context) {
	go s.put(ctx)
	go s.take(ctx)
}
"""


def test_who_has_a_semaphore_comes_after_who_gave_it_back() -> None:
    path = "golang.org/x/sync/semaphore"
    facts = facts_of(_SHELF, imports={path: facts_of(_SEMAPHORE, path=path)})
    put, take = _site(facts, 's.books["put"]++', _SHELF), _site(facts, 's.books["taken"]--', _SHELF)
    peek = _site(facts, 'return s.books["put"]', _SHELF)
    handshakes = handshakes_of(facts)
    assert handshakes.order(put, take)
    assert not handshakes.order(put, peek)


_HANDED = """
import "sync"
type S struct{{ rows, names []int; plain bool }}
func (s *S) Load() {{
	var group, others sync.WaitGroup
	{wait}
	if s.plain {{ s.begin(&group) }} else {{ s.beginPlain({second}) }}
}}
func (s *S) begin(group *sync.WaitGroup) {{ go s.first(group); go s.beside(group) }}
func (s *S) beginPlain(group *sync.WaitGroup) {{ go s.second(group) }}
func (s *S) first(group *sync.WaitGroup) {{ s.rows = nil; group.Done() }}
func (s *S) beside(group *sync.WaitGroup) {{ s.names = nil; group.Done() }}
func (s *S) second(group *sync.WaitGroup) {{ s.rows = make([]int, 1); group.Done() }}
func (s *S) Rows() []int {{ return s.rows }}
"""


def test_who_hands_a_group_on_waits_for_those_that_are_started_with_it() -> None:
    def overlap(one: str, other: str, *, wait: str = "defer group.Wait()", second: str = "&group") -> str:
        return _overlap(_HANDED.format(wait=wait, second=second), one, other)

    first, second = "s.rows = nil", "s.rows = make"
    assert not overlap(first, "return s.rows")
    assert not overlap(first, second)
    assert overlap(first, "s.names = nil")
    assert overlap(second, "return s.rows", second="&others")
    assert overlap(first, "return s.rows", wait="group.Wait()")
    assert overlap(first, second, wait="group.Wait()")
