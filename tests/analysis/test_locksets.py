"""Which locks are held where."""

from __future__ import annotations

import pytest
from facts import check, facts_of

from pubcheck.facts import Lock, Mode

_TYPES = """
import "sync"

type C struct {
	mu sync.Mutex
	rw sync.RWMutex
	n  int
	sub *C
}
"""

CASES = {
    "lock to unlock": """
func (c *C) f() {
	c.n = 0 // must: -
	c.mu.Lock()
	c.n = 1 // must: c.mu
	c.mu.Unlock()
	c.n = 2 // must: - // may: -
}
""",
    "deferred unlock holds to the return": """
func (c *C) f() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n // must: c.mu
}
""",
    "deferred closure unlocks": """
func (c *C) f() {
	c.mu.Lock()
	defer func() { c.n++; c.mu.Unlock() }() // must: c.mu
	c.n = 1 // must: c.mu
}
func (c *C) g() {
	c.f()
	c.n = 2 // must: - // may: -
}
""",
    "a condition that locks, and defers the unlock": """
func (c *C) add(locked bool) {
	if !locked {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	c.n++
}
func (c *C) f() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(true)
	c.n = 1 // must: c.mu
}
func (c *C) g() {
	c.add(false)
	c.n = 2 // must: - // may: -
}
func G(c *C) { c.add(false) }
""",
    "modes": """
func (c *C) f() {
	c.rw.RLock()
	_ = c.n // must: c.rw (shared)
	c.rw.RUnlock()
	c.rw.Lock()
	c.n = 1 // must: c.rw
	c.rw.Unlock()
}
""",
    "a branch that may lock": """
func (c *C) f(b bool) {
	if b {
		c.mu.Lock()
	}
	c.n = 1 // must: - // may: c.mu
	if b {
		c.n = 2 // must: c.mu
		c.mu.Unlock()
	}
	c.n = 3 // must: - // may: -
}
""",
    "the same flag the other way round": """
func (c *C) f(b bool) {
	if b { c.mu.Lock() }
	if !b {
		c.n = 1 // must: - // may: -
		return
	}
	c.n = 2 // must: c.mu
	c.mu.Unlock()
}
""",
    "a flag that is changed is another flag": """
func (c *C) f(b bool, x int) {
	if b { c.mu.Lock() }
	b = x > 1
	if b {
		c.n = 2 // must: - // may: c.mu
		c.mu.Unlock()
	}
}
""",
    "a variable that remembers": """
func (c *C) f(x int) {
	locked := false
	if x > 3 {
		c.mu.Lock()
		locked = true
	}
	c.n = 1 // must: - // may: c.mu
	if locked {
		c.n = 2 // must: c.mu
		c.mu.Unlock()
	}
	c.n = 3 // may: -
}
""",
    "a comparison with nil": """
func f(c *C) {
	if c != nil { c.mu.Lock() }
	work()
	if c != nil {
		c.n = 2 // must: c.mu
		c.mu.Unlock()
	}
}
func work() {}
""",
    "conditional lock with defer in the branch": """
func (c *C) f(b bool) {
	if b {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	c.n = 1 // must: - // may: c.mu
}
func (c *C) g() {
	c.f(true)
	c.n = 2 // may: -
}
""",
    "TryLock splits": """
func (c *C) f() {
	if c.mu.TryLock() {
		c.n = 1 // must: c.mu
		c.mu.Unlock()
	} else {
		c.n = 2 // must: - // may: -
	}
	ok := c.rw.TryRLock()
	if !ok {
		return
	}
	_ = c.n // must: c.rw (shared)
}
""",
    "early return": """
func (c *C) f(b bool) {
	c.mu.Lock()
	if b {
		c.mu.Unlock()
		return
	}
	c.n = 1 // must: c.mu
	c.mu.Unlock()
}
""",
    "loops": """
func (c *C) f(xs []int) {
	for range xs {
		c.n = 1 // must: - // may: -
		c.mu.Lock()
		c.n = 2 // must: c.mu
		c.mu.Unlock()
	}
	c.mu.Lock()
	for range xs {
		c.n = 3 // must: c.mu
	}
	c.mu.Unlock()
}
""",
    "a loop that gives the lock away for a while": """
func (c *C) f(xs []int) {
	c.mu.Lock()
	for range xs {
		c.n = 1 // must: c.mu
		c.mu.Unlock()
		c.n = 2 // must: - // may: -
		c.mu.Lock()
	}
	c.mu.Unlock()
}
""",
    "aliases": """
func (c *C) f() {
	mu := &c.mu
	mu.Lock()
	c.n = 1 // must: c.mu
	mu.Unlock()
	s := c.sub
	s.mu.Lock()
	c.sub.n = 2 // must: c.sub.mu
	c.sub.mu.Unlock()
	c.n = 3 // may: -
}
""",
    "embedded": """
type E struct { sync.RWMutex; n int }
func (e *E) f() {
	e.Lock()
	e.n = 1 // must: e.RWMutex
	e.Unlock()
}
""",
    "Locker": """
func (c *C) f() {
	var l sync.Locker = &c.mu
	l.Lock()
	c.n = 1 // must: c.mu
	l.Unlock()
	r := c.rw.RLocker()
	r.Lock()
	_ = c.n // must: c.rw (shared)
	r.Unlock()
	c.n = 2 // may: -
}
""",
    "helpers": """
func (c *C) lock() { c.mu.Lock() }
func (c *C) unlock() { c.mu.Unlock() }
func (c *C) f() {
	c.lock()
	c.n = 1 // must: c.mu
	c.unlock()
	c.n = 2 // may: -
}
func (c *C) tryLock() bool { return c.mu.TryLock() }
func (c *C) g() {
	if !c.tryLock() { return }
	c.n = 1 // must: c.mu
	c.mu.Unlock()
}
""",
    "a helper that unlocks for a while": """
func (c *C) wait() { c.mu.Unlock(); work(); c.mu.Lock() }
func work() {}
func (c *C) f() {
	c.mu.Lock()
	c.wait()
	c.n = 1 // must: c.mu
	c.mu.Unlock()
	c.n = 2 // may: -
}
""",
    "withLock": """
func (c *C) withLock(f func()) { c.mu.Lock(); defer c.mu.Unlock(); f() }
func (c *C) f() {
	c.withLock(func() {
		c.n = 1 // must: c.mu
	})
	c.n = 2 // may: -
}
""",
    "a closure that unlocks": """
func (c *C) f() {
	c.mu.Lock()
	unlock := func() { c.mu.Unlock() }
	c.n = 1 // must: c.mu
	unlock()
	c.n = 2 // may: -
}
""",
    "every caller holds it": """
func (c *C) set(n int) { c.n = n } // must: c.mu
func (c *C) f() { c.mu.Lock(); c.set(1); c.mu.Unlock() }
func (c *C) g() { c.mu.Lock(); defer c.mu.Unlock(); c.set(2) }
""",
    "one caller doesn't": """
func (c *C) set(n int) { c.n = n } // must: -
func (c *C) f() { c.mu.Lock(); c.set(1); c.mu.Unlock() }
func (c *C) g() { c.set(2) }
""",
    "one caller holds it for reading only": """
func (c *C) set(n int) { c.n = n } // must: c.rw (shared)
func (c *C) f() { c.rw.Lock(); c.set(1); c.rw.Unlock() }
func (c *C) g() { c.rw.RLock(); c.set(2); c.rw.RUnlock() }
""",
    "two steps down": """
func (c *C) inner() { c.n = 1 } // must: c.mu
func (c *C) outer() { c.inner() }
func (c *C) f() { c.mu.Lock(); c.outer(); c.mu.Unlock() }
""",
    "a goroutine holds nothing of its starter's": """
func (c *C) f() {
	c.mu.Lock()
	go func() {
		c.n = 1 // must: -
	}()
	go c.run()
	c.mu.Unlock()
}
func (c *C) run() { c.n = 2 } // must: -
""",
    "a lock that a goroutine takes over": """
func (c *C) f() {
	c.mu.Lock()
	go func() {
		defer c.mu.Unlock()
		c.n = 1
	}()
	c.n = 2 // must: - // may: -
}
""",
    "a logger's last word": """
type logger interface { Fatalf(format string, args ...any) }
func (c *C) f(l logger) {
	c.mu.Lock()
	if c.n == 1 {
		c.mu.Unlock()
		l.Fatalf("one")
	}
	c.n = 2 // must: c.mu
	c.mu.Unlock()
}
""",
    "a flag that a loop sets once": """
func (c *C) f(ns []int) {
	locked := false
	for _, n := range ns {
		if n == 0 {
			continue
		}
		if n > 3 {
			if !locked {
				c.n = 1 // may: -
				c.mu.Lock()
				locked = true
			}
			c.n = n // must: c.mu
		}
		work()
	}
	if locked {
		c.mu.Unlock()
	}
	c.n = 2 // may: -
}
func work() {}
""",
    "a flag that is set anew in each turn": """
func (c *C) f(ns []int) {
	for _, n := range ns {
		locked := false
		if n > 3 {
			c.mu.Lock()
			locked = true
		}
		c.n = n // may: c.mu // must: -
		if locked {
			c.n = 1 // must: c.mu
			c.mu.Unlock()
		}
		c.n = 2 // may: -
	}
}
""",
    "several locks of one type": """
func swap(a, b *C) {
	a.mu.Lock()
	b.mu.Lock()
	a.n = b.n // must: a.mu, b.mu
	b.mu.Unlock()
	a.n = 1 // must: a.mu
	a.mu.Unlock()
}
""",
    "package variables": """
var mu sync.Mutex
var n int
func f() {
	mu.Lock()
	n++ // must: m.mu
	mu.Unlock()
}
""",
    "generics": """
type Box[T any] struct { mu sync.Mutex; v T }
func (b *Box[T]) Set(v T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.v = v // must: b.mu
}
""",
    "goto and labels": """
func (c *C) f(b bool) {
retry:
	c.mu.Lock()
	if b {
		c.mu.Unlock()
		goto retry
	}
	c.n = 1 // must: c.mu
	c.mu.Unlock()
}
""",
    "range over a function": """
func (c *C) f(each func(func(int) bool)) {
	c.mu.Lock()
	for range each {
		c.n++ // must: c.mu
	}
	c.mu.Unlock()
}
""",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_locks_held(text: str) -> None:
    check(_TYPES + text)


@pytest.mark.parametrize(
    ("head", "unknown"),
    [
        ("func (c *C) setLocked()", True),
        ("// caller must hold c.mu\nfunc (c *C) set()", True),
        ("// set must be called with c.mu held.\nfunc (c *C) set()", True),
        ("func (c *C) isLocked()", False),
        ("func (c *C) setUnlocked()", False),
        ("// caller must not hold c.mu\nfunc (c *C) set()", False),
        ("// set stores one.\nfunc (c *C) set()", False),
        ("// set stores one.\n// Lock held on entry.\nfunc (c *C) set()", True),
        ("// set stores one. The mutex is already locked here.\nfunc (c *C) set()", True),
        ("// set may be run by those holding c.mu.\nfunc (c *C) set()", True),
        ("// Callers must make sure that c is locked.\nfunc (c *C) set()", True),
        ("// The registry's lock must not be held. That of c must be held.\nfunc (c *C) set()", True),
        ("// set requires c.mu.\nfunc (c *C) set()", True),
        ("// set assumes that c.mu has been locked.\nfunc (c *C) set()", True),
        ("// set must be called with the receiver locked.\nfunc (c *C) set()", True),
        ("// set must be called with the receiver unlocked.\nfunc (c *C) set()", False),
        ("// set does not require the lock.\nfunc (c *C) set()", False),
        ("// set no longer needs c.mu.\nfunc (c *C) set()", False),
        ("// set stores one. No lock held on entry.\nfunc (c *C) set()", False),
        ("// set holds the lock while it stores one.\nfunc (c *C) set()", False),
        ("// set reports whether the file is locked.\nfunc (c *C) set()", False),
        ("// set does not need to be locked.\nfunc (c *C) set()", False),
        ("// set blocks for as long as messages are held.\nfunc (c *C) set()", False),
        ("// set stores one, to be read without holding c.mu.\nfunc (c *C) set()", False),
    ],
)
def test_contracts_in_names_and_comments(head: str, unknown: bool) -> None:
    facts = facts_of("package m\n" + _TYPES + head + " { c.n = 1; c.mu.TryLock() }\n")
    (function,) = facts.functions
    assert function.contract.unknown is unknown
    assert bool(function.contract.evidence) is (unknown or bool(function.contract.excluded))
    assert function.maybe_protected(function.accesses[0]) is unknown


@pytest.mark.parametrize(
    ("head", "held", "excluded"),
    [
        ("// +checklocks:c.mu\nfunc (c *C) set()", "c.mu", ""),
        ("// +checklocksread:c.mu\nfunc (c *C) set()", "c.mu (shared)", ""),
        ("// +checklocksrelease:c.mu\nfunc (c *C) set()", "c.mu", ""),
        ("// +checklocksacquire:c.mu\nfunc (c *C) set()", "", "c.mu"),
        ("// +checklocksexclude:c.mu\nfunc (c *C) set()", "", "c.mu"),
        ("// +checklocksexcludewrite:c.mu\nfunc (c *C) set()", "", "c.mu (shared)"),
        ("// caller must not hold c.mu\nfunc (c *C) set()", "", "c.mu"),
        ("// set must not be called with c.mu locked.\nfunc (c *C) set()", "", "c.mu"),
        ("// The lock must not be held by callers.\nfunc (c *C) set()", "", ""),
        ("// set must be called without holding mu.\nfunc (c *C) set()", "", "c.mu"),
        ("// set must never be called while c.mu is held.\nfunc (c *C) set()", "", "c.mu"),
        ("// set must not be called without holding c.mu.\nfunc (c *C) set()", "", ""),
        ("// c.mu must not be held when calling done.\nfunc (c *C) set()", "", ""),
        ("// set reads without holding the lock.\nfunc (c *C) set()", "", ""),
    ],
)
def test_locks_that_a_contract_names(head: str, held: str, excluded: str) -> None:
    facts = facts_of("package m\n" + _TYPES + head + " { c.n = 1; c.mu.TryLock() }\n")
    (function,) = facts.functions
    assert " ".join(map(_lock_name, function.contract.held)) == held
    assert " ".join(map(_lock_name, function.contract.excluded)) == excluded


def _lock_name(lock: Lock) -> str:
    return f"{lock.path} (shared)" if lock.mode is Mode.SHARED else str(lock.path)


def test_annotated_functions_leave_locks_as_they_say() -> None:
    facts = facts_of(
        "package m\n"
        + _TYPES
        + """
var lock, unlock func(*C)

// +checklocksacquire:c.mu
func (c *C) enter() { lock(c) }

// +checklocksrelease:c.mu
func (c *C) leave() { unlock(c) }

func (c *C) f() {
	c.enter()
	c.n = 1
	c.leave()
	c.n = 2
}
"""
    )
    function = facts.function("(*C).f")
    assert function is not None
    writes = [access for access in function.accesses if access.writes]
    assert [" ".join(map(_lock_name, access.held.must)) for access in writes] == ["c.mu", ""]


def test_aliased_locks_are_held_together() -> None:
    facts = facts_of(
        "package m\n"
        + _TYPES
        + """
// +checklocks:a.mu
// +checklocksalias:a.mu=b.mu
func f(a, b *C) { b.n = 1 }
"""
    )
    function = facts.function("f")
    assert function is not None
    (write,) = function.accesses
    assert {_lock_name(lock) for lock in function.protection(write)} == {"a.mu", "b.mu"}


@pytest.mark.parametrize(
    ("callers", "unknown"),
    [
        ("func (c *C) fLocked() { c.set() }", True),
        ("func (c *C) fLocked() { c.g() }; func (c *C) g() { c.set() }", True),
        ("func (c *C) fLocked() { c.set() }; func (c *C) g() { c.mu.Lock(); c.set(); c.mu.Unlock() }", True),
        ("func (c *C) fLocked() { c.set() }; func (c *C) G() { c.set() }", False),
        ("func (c *C) f(b bool) { if b { c.mu.Lock() }; c.set(); if b { c.mu.Unlock() } }", True),
    ],
)
def test_helpers_share_what_their_callers_say_of_locks(callers: str, unknown: bool) -> None:
    facts = facts_of("package m\n" + _TYPES + callers + "\nfunc (c *C) set() { c.n = 1; c.mu.TryLock() }\n")
    function = facts.function("(*C).set")
    assert function is not None
    assert function.contract.unknown is unknown
    assert bool(function.contract.evidence) is unknown


def test_an_interface_that_locks_and_unlocks_is_a_locker() -> None:
    facts = facts_of(
        "package m\ntype door interface { lock(); unlock() }\ntype C struct { n int }\n"
        "func (c *C) set(d door) { d.lock(); c.n = 1; d.unlock(); c.n = 2; go c.set(d) }\n"
    )
    function = facts.function("(*C).set")
    assert function is not None
    assert [bool(access.held.must) for access in function.accesses if access.writes] == [True, False]


def test_an_interface_may_have_a_readers_side_and_tries() -> None:
    facts = facts_of(
        "package m\ntype door interface { Lock(); Unlock(); RLock(); RUnlock(); TryLock() bool }\n"
        "type C struct { n int }\n"
        "func (c *C) get(d door) int { d.RLock(); defer d.RUnlock(); return c.n }\n"
        "func (c *C) try(d door) { if d.TryLock() { c.n = 1; d.Unlock() }; go c.try(d) }\n"
    )
    held = {access.held.must for function in facts.functions for access in function.accesses if access.path.steps}
    assert {lock.mode for locks in held for lock in locks} == {Mode.SHARED, Mode.EXCLUSIVE}
    assert all(held)


def test_a_mutex_of_ones_own_has_one_name_however_it_is_taken() -> None:
    facts = facts_of(
        'package m\nimport "sync"\ntype rwmutex struct { mu sync.RWMutex }\n'
        "func (l *rwmutex) Lock() { l.mu.Lock() }\n"
        "func (l *rwmutex) Patient() { for !l.mu.TryLock() { pause() } }\n"
        "func (l *rwmutex) Unlock() { l.mu.Unlock() }\nfunc (l *rwmutex) RLock() { l.mu.RLock() }\n"
        "func (l *rwmutex) RUnlock() { l.mu.RUnlock() }\nfunc pause() {}\n"
        "type C struct { mu rwmutex; n int }\n"
        "func (c *C) a() { c.mu.Lock(); c.n = 1; c.mu.Unlock(); go c.a() }\n"
        "func (c *C) b() { c.mu.Patient(); c.n = 1; c.mu.Unlock(); go c.b() }\n"
        "func (c *C) c() { c.mu.RLock(); c.n = 1; c.mu.RUnlock(); go c.c() }\n"
        "func (c *C) d() { c.mu.mu.Lock(); c.n = 1; c.mu.mu.Unlock(); go c.d() }\n"
    )
    for name in "abcd":
        function = facts.function(f"(*C).{name}")
        assert function is not None
        written = [access for access in function.accesses if access.writes]
        assert [str(lock.path) for access in written for lock in access.held.must] == ["c.mu"]
        assert not function.summary.locks


def test_exported_functions_rely_on_nobody() -> None:
    facts = facts_of(
        "package m\n"
        + _TYPES
        + "func (c *C) Set() { c.n = 1 }\nfunc (c *C) f() { c.mu.Lock(); c.Set(); c.mu.Unlock() }\n"
    )
    function = facts.function("(*C).Set")
    assert function is not None
    assert function.contract.held == frozenset()


def _inner(body: str) -> list[tuple[str, bool, list[str]]]:
    """What `(*C).outer` with ``body`` sees its callees lock: the lock, whether it is held already, and the chain."""
    facts = facts_of("package m\n" + _TYPES + _HELPERS + "func (c *C) outer(b bool) {" + body + "}\n")
    function = facts.function("(*C).outer")
    assert function is not None
    return [
        (str(event.lock), event.lock in event.held.must, [step.name for step in event.trace])
        for event in function.inner_locks
        if not event.needs
    ]


_HELPERS = """
func (c *C) inc() { c.mu.Lock(); c.n++; c.mu.Unlock() }
func (c *C) twice() { c.inc() }
func (c *C) relock() { c.mu.Unlock(); c.mu.Lock() }
func (c *C) perhaps(lock bool) { if lock { c.mu.Lock(); defer c.mu.Unlock() }; c.n++ }
"""


def test_locks_that_callees_take() -> None:
    assert _inner("c.mu.Lock(); c.inc()") == [("c.mu", True, ["(*C).inc"])]
    assert _inner("c.twice()") == [("c.mu", False, ["(*C).twice", "(*C).inc"])]
    assert _inner("c.mu.Lock(); c.sub.inc()") == [("c.sub.mu", False, ["(*C).inc"])]
    assert _inner("go c.inc()") == []


def test_a_callee_that_unlocks_first_may_lock() -> None:
    assert [held for _, held, _ in _inner("c.mu.Lock(); c.relock()")] == [False]


def test_a_callee_is_told_whether_to_lock() -> None:
    assert _inner("c.mu.Lock(); c.perhaps(false)") == []
    assert _inner("c.mu.Lock(); c.perhaps(true)") == [("c.mu", True, ["(*C).perhaps"])]
    assert _inner("c.mu.Lock(); c.perhaps(b)") == []


def test_what_is_held_at_the_end_and_on_the_way() -> None:
    facts = facts_of(
        "package m\n" + _TYPES + "func (c *C) f() { c.mu.Lock(); if c.n > 0 { return }; c.mu.Unlock() }\n"
        "func (c *C) g() { c.n++ }\n"
    )
    function = facts.function("(*C).f")
    assert function is not None
    assert [len(held.must) for _, held in sorted(function.events.exits.items())] == [1, 0]
    assert all(len(held.must) == 1 for held in function.events.edges.values())


def test_a_lock_whose_package_is_not_at_hand() -> None:
    facts = facts_of(
        'package m\nimport "example.com/elsewhere/sync"\n'
        "type C struct { mu sync.Mutex; n int }\n"
        "func (c *C) f() { c.mu.Lock(); c.n++; c.mu.Unlock(); c.n-- }\n"
    )
    function = facts.function("(*C).f")
    assert function is not None
    writes = [access for access in function.accesses if access.writes]
    assert [len(access.held.must) for access in writes] == [1, 0]


def test_a_method_of_a_lock_that_is_not_known_leaves_it_in_doubt() -> None:
    facts = facts_of(
        """package m

import "locks"

type C struct {
	mu locks.RWMutex
	n  int
}

func (c *C) f() {
	c.mu.Lock()
	c.n = 1
	c.mu.DowngradeLock()
	c.n = 2
	c.mu.RUnlock()
}
"""
    )
    function = facts.function("(*C).f")
    assert function is not None
    writes = [access for access in function.accesses if access.writes]
    assert [len(access.held.must) for access in writes] == [1, 0]
    assert [len(access.held.may) for access in writes] == [1, 1]


def test_of_two_locks_of_one_field_the_accessed_objects_counts() -> None:
    facts = facts_of(
        """package m
import "sync"
type C struct { mu sync.Mutex; n int }
func move(from, to *C) {
	from.mu.Lock()
	to.mu.Lock()
	from.n = 0
	to.n = 1
	to.mu.Unlock()
	from.mu.Unlock()
}
"""
    )
    uses = next(uses for location, uses in facts.uses.items() if str(location) == "C.n")
    assert [(str(use.site.access.path), *map(str, use.locks.values())) for use in uses] == [
        ("from.n", "from.mu"),
        ("to.n", "to.mu"),
    ]
