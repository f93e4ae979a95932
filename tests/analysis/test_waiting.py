"""What may wait, and under which locks."""

from __future__ import annotations

import pytest
from facts import check, facts_of

from pubcheck.facts import BlockKind

_TYPES = """
import ("bufio"; "bytes"; "encoding/json"; "fmt"; "io"; "net"; "net/http"; "os"; "sync"; "time")

type C struct {
	mu   sync.Mutex
	f    *os.File
	conn net.Conn
	w    io.Writer
	r    io.Reader
	wg   sync.WaitGroup
	buf  bytes.Buffer
}
var _ = fmt.Sprint
var _ = time.Now
var _ = bufio.NewReader
var _ = json.Marshal
var _ = http.Get
"""

CASES = {
    "directly": """
func (c *C) f1() {
	c.mu.Lock()
	c.f.Sync() // must: c.mu // blocks: fsync
	c.mu.Unlock()
	c.f.Write(nil) // must: - // blocks: disk
	time.Sleep(1) // blocks: sleep
	c.conn.Write(nil) // blocks: network
	c.wg.Wait() // blocks: wait
}
""",
    "through callees": """
func (c *C) outer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inner() // blocks: fsync // must: c.mu
}
func (c *C) inner() {
	c.innermost() // must: c.mu
}
func (c *C) innermost() {
	c.f.Sync() // must: c.mu
}
""",
    "a callee that gives the lock away first": """
func (c *C) F() {
	c.mu.Lock()
	c.flush() // blocks: fsync // must: -
	c.mu.Unlock()
}
func (c *C) flush() {
	c.mu.Unlock()
	c.f.Sync()
	c.mu.Lock()
}
""",
    "the concrete type of a writer": """
func (c *C) f1() {
	c.mu.Lock()
	fmt.Fprintf(c.f, "x") // blocks: disk
	fmt.Fprintf(c.w, "x") // blocks: stream
	fmt.Fprintf(&c.buf, "x") // blocks: -
	io.Copy(io.Discard, c.conn) // blocks: network
	c.w.Write(nil) // blocks: stream
	fmt.Fprintf(os.Stderr, "x") // blocks: output
}
""",
    "what a wrapper reads from or writes to": """
func (c *C) f1() {
	c.mu.Lock()
	w := bufio.NewWriter(c.f)
	w.WriteString("x") // blocks: stream
	w.Flush() // blocks: disk
	json.NewEncoder(&c.buf).Encode(1) // blocks: -
	json.NewEncoder(c.conn).Encode(1) // blocks: network
	json.NewEncoder(bufio.NewWriter(c.conn)).Encode(1) // blocks: stream
	bufio.NewReader(bufio.NewReader(c.conn)).ReadByte() // blocks: network
	json.NewDecoder(c.r).Decode(c) // blocks: stream
	bufio.NewReader(os.Stdin).ReadString(10) // blocks: input
	for r := bufio.NewReader(c.r); ; r = bufio.NewReader(r) {
		r.ReadByte() // blocks: stream
	}
}
func (c *C) f2(req *http.Request, resp *http.Response, w http.ResponseWriter) {
	c.mu.Lock()
	io.ReadAll(req.Body) // blocks: network
	json.NewDecoder(resp.Body).Decode(c) // blocks: network
	fmt.Fprintf(w, "x") // blocks: network
}
""",
    "closing is a use": """
func (c *C) f1() {
	c.mu.Lock()
	c.f.Close() // blocks: stream
	c.conn.Close() // blocks: stream
}
""",
    "an interface of the package": """
type sink interface { put() }
type file struct { f *os.File }
func (f *file) put() { f.f.Sync() }
func (c *C) f1(s sink) {
	c.mu.Lock()
	s.put() // blocks: fsync
	c.mu.Unlock()
}
""",
    "channels": """
func (c *C) f1(ch chan int) {
	c.mu.Lock()
	ch <- 1 // blocks: channel
	select {
	case <-ch: // blocks: -
	default:
	}
	c.mu.Unlock()
}
""",
    "goroutines wait on their own": """
func (c *C) f1() {
	c.mu.Lock()
	go c.f.Sync() // blocks: -
	go func() {
		c.f.Sync() // must: -
	}()
	c.mu.Unlock()
}
""",
    "literals called at once": """
func (c *C) f1() {
	c.mu.Lock()
	func() {
		c.f.Sync() // must: c.mu
	}()
	c.mu.Unlock()
}
""",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_waiting(text: str) -> None:
    check(_TYPES + text)


def test_the_trace_names_each_call() -> None:
    facts = facts_of("package m\n" + _TYPES + CASES["through callees"])
    function = facts.function("(*C).outer")
    assert function is not None
    (blocking,) = function.blocking
    assert [step.name for step in blocking.trace] == ["(*C).inner", "(*C).innermost"]
    assert blocking.what == "(*os.File).Sync"
    assert str(blocking.subject) == "c.f"


def test_waiting_in_another_package() -> None:
    text = 'package store\nimport "os"\nfunc Save(f *os.File) error { return f.Sync() }\n'
    store = facts_of(text, path="corp/store")
    facts = facts_of(
        """package m
import ("corp/store"; "os"; "sync")
var mu sync.Mutex
func f(f *os.File) { mu.Lock(); store.Save(f); mu.Unlock() }
""",
        imports={"corp/store": store},
    )
    assert store.functions == ()
    function = facts.function("f")
    assert function is not None
    (blocking,) = function.blocking
    assert blocking.kind is BlockKind.FSYNC
    assert [step.name for step in blocking.trace] == ["store.Save"]
    assert [str(lock) for lock in blocking.held.must] == ["m.mu"]


def test_configured_functions_wait() -> None:
    facts = facts_of(
        'package m\nimport "sync"\nvar mu sync.Mutex\nfunc query() {}\nfunc f() { mu.Lock(); query(); mu.Unlock() }\n',
        blocking=("example.com/m.query",),
    )
    function = facts.function("f")
    assert function is not None
    assert [event.kind for event in function.blocking] == [BlockKind.CUSTOM]


def test_sections_tell_what_a_lock_is_for() -> None:
    facts = facts_of(
        "package m\n" + _TYPES + "func (c *C) a() { c.mu.Lock(); c.f.Sync(); c.mu.Unlock() }\n"
        "func (c *C) b() { c.mu.Lock(); c.f = nil; c.mu.Unlock() }\n"
    )
    location = facts.functions[-1].locks[0].lock.location
    assert location is not None
    assert [(section.function.ir.name, len(section.blocking)) for section in facts.sections(location)] == [
        ("(*C).a", 1),
        ("(*C).b", 0),
    ]


def test_sections_reach_from_lock_to_unlock() -> None:
    facts = facts_of(
        "package m\n" + _TYPES + "func (c *C) lock() { c.mu.Lock() }\n"
        "func (c *C) a() { c.mu.Lock(); c.f = nil; c.mu.Unlock(); c.lock(); c.f.Sync(); c.mu.Unlock() }\n"
    )
    function = facts.function("(*C).a")
    assert function is not None
    location = function.locks[0].lock.location
    assert location is not None
    assert [(section.function.ir.name, len(section.blocking)) for section in facts.sections(location)] == [
        ("(*C).a", 0),
        ("(*C).a", 1),
    ]


def test_where_a_callee_waits() -> None:
    facts = facts_of(
        "package m\n" + _TYPES + "func (c *C) a() { c.mu.Lock(); c.b() }\nfunc (c *C) b() {\n\tc.f.Sync()\n}\n"
    )
    function, callee = facts.function("(*C).a"), facts.function("(*C).b")
    assert function is not None
    assert callee is not None
    assert [event.origin for event in function.blocking] == [event.span for event in callee.blocking]


def test_one_of_several_implementations_is_not_certain() -> None:
    facts = facts_of(
        "package m\n"
        + _TYPES
        + "type sink interface { put() }\ntype file struct { f *os.File }\ntype memory struct {}\n"
        "func (f *file) put() { f.f.Sync() }\nfunc (memory) put() {}\n"
        "func a(c *C, s sink) { c.mu.Lock(); s.put() }\nfunc b(c *C, f *file) { c.mu.Lock(); f.put() }\n"
    )
    for name, certain in (("a", False), ("b", True)):
        function = facts.function(name)
        assert function is not None
        assert [event.certain for event in function.blocking] == [certain]
