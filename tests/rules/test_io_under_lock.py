"""How sure io-under-lock is: what a lock is there for decides whether a finding is shown without being asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config, check

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """package m

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

var (
	_ = bufio.NewWriter
	_ = net.Dial
	_ = http.Get
	_ = os.Stat
	_ = time.Sleep
)

type T struct {
	mu   sync.RWMutex
	n    int
	on   bool
	conn net.Conn
	out  *bufio.Writer
	f    *os.File
	m    map[string][]byte
}

func (t *T) N() int { t.mu.RLock(); defer t.mu.RUnlock(); return t.n }
func (t *T) SetN(n int) { t.mu.Lock(); defer t.mu.Unlock(); t.n = n }
func (t *T) Grow() { t.mu.Lock(); defer t.mu.Unlock(); t.n++ }
"""

_FETCH = "func (t *T) {name}() {{ t.mu.Lock(); defer t.mu.Unlock(); {work} }}\n"

SHOWN = {
    "a fetch among quick sections": _FETCH.format(name="Fetch", work='http.Get("a"); t.n = 0'),
    "a fetch in a helper": "func (t *T) fetch() { http.Get(`a`) }\n"
    + _FETCH.format(name="Fetch", work="t.fetch(); t.n = 0"),
    "a sleep": _FETCH.format(name="Rest", work="time.Sleep(time.Duration(t.n))"),
    "a long sleep": _FETCH.format(name="Rest", work="time.Sleep(2 * time.Second)"),
    "the one place that needs the lock": """
type cache struct { mu sync.Mutex; m map[string]bool }
func (c *cache) get(k string) bool { c.mu.Lock(); defer c.mu.Unlock()
	if c.m[k] { return true }
	_, err := http.Get(k)
	c.m[k] = err == nil
	return c.m[k] }
""",
    "a dial for a field that few of the others want": "func (t *T) Dial() { t.mu.Lock(); defer t.mu.Unlock()\n"
    'if t.conn == nil { t.conn, _ = net.Dial("tcp", "a") } }\n',
    "what goes on after a goroutine was started": _FETCH.format(name="Go", work='go t.Grow(); http.Get("a")'),
    "a fetch on success": "func (t *T) F(err error) { t.mu.Lock(); defer t.mu.Unlock(); "
    'if err != nil { return }; http.Get("a") }\n',
}

MEANT = {
    "a pace that the lock guards": """
type pace struct { mu sync.Mutex; last time.Time; n int }
func (p *pace) N() int { p.mu.Lock(); defer p.mu.Unlock(); return p.n }
func (p *pace) SetN(n int) { p.mu.Lock(); defer p.mu.Unlock(); p.n = n }
func (p *pace) Next() { p.mu.Lock(); defer p.mu.Unlock()
	if since := time.Since(p.last); since < time.Second { time.Sleep(time.Second - since) }
	p.n++
	p.last = time.Now() }
""",
    "a file read among quick sections": _FETCH.format(name="Read", work='t.m["a"], _ = os.ReadFile("a")'),
    "a file read in a helper": "func (t *T) read() { t.m[`a`], _ = os.ReadFile(`a`) }\n"
    + _FETCH.format(name="Read", work="t.read()"),
    "under a read lock": 'func (t *T) Fetch() { t.mu.RLock(); defer t.mu.RUnlock(); http.Get("a") }\n',
    "several slow things": "".join(
        _FETCH.format(name=name, work=work)
        for name, work in {"A": "http.Get(`a`)", "B": "time.Sleep(1)", "C": "net.Dial(`tcp`, ``)"}.items()
    ),
    "an answer to a request": "func (t *T) Serve(w http.ResponseWriter, _ *http.Request) { "
    "t.mu.Lock(); defer t.mu.Unlock(); w.Write(t.m[`a`]) }\n",
    "a connection": "func (t *T) Send(c net.Conn) { t.mu.Lock(); defer t.mu.Unlock(); c.Write(t.m[`a`]) }\n",
    "a retry": _FETCH.format(name="Try", work="for t.n > 0 { time.Sleep(1); t.n-- }"),
    "a retry in a helper": "func retry(n int) { for n > 0 { time.Sleep(1); n-- } }\n"
    + _FETCH.format(name="Try", work="retry(t.n)"),
    "turns of those who ask": """
var turns sync.Mutex
func ask() error { turns.Lock(); defer turns.Unlock()
	if time.Now().IsZero() { return nil }
	_, err := http.Get("a")
	return err }
""",
    "turns of those who change something else": """
var one sync.Mutex
func (t *T) probe() { one.Lock(); defer one.Unlock(); http.Get("a"); t.n++ }
""",
    "a nap": _FETCH.format(name="Rest", work="time.Sleep(100 * time.Millisecond)"),
    "what a callee is given to do under its lock": """
func (t *T) locked(f func()) { t.mu.Lock(); defer t.mu.Unlock(); f(); t.n++ }
func (t *T) Fetch() { t.locked(func() { http.Get("a") }) }
""",
    "one of several implementations": """
type runner interface { run() }
type near struct{}
type far struct{}
func (near) run() {}
func (far) run() { http.Get("a") }
func (t *T) Run(r runner) { t.mu.Lock(); defer t.mu.Unlock(); r.run(); t.n++ }
""",
    "goroutines are waited for as well": _FETCH.format(
        name="Reload", work="var wg sync.WaitGroup; http.Get(`a`); wg.Wait(); t.n = 0"
    ),
    "files in many sections": "".join(
        _FETCH.format(name=name, work=work)
        for name, work in {"A": "os.ReadFile(`a`)", "B": "os.WriteFile(`b`, nil, 0)", "C": "os.ReadDir(`c`)"}.items()
    ),
    "the same wait in many sections": "".join(_FETCH.format(name=name, work="http.Get(`a`)") for name in "ABC"),
    "a directory operation": _FETCH.format(name="Drop", work='os.Remove("a")'),
    "files under a read lock": "func (t *T) Read() { t.mu.RLock(); defer t.mu.RUnlock(); os.ReadFile(`a`) }\n",
    "files two calls away": "func (t *T) a() { os.ReadFile(`a`) }\nfunc (t *T) b() { t.a() }\n"
    + _FETCH.format(name="Read", work="t.b()"),
    "files after a failure": "func (t *T) Read(err error) { t.mu.Lock(); defer t.mu.Unlock()\n"
    'if err != nil { os.ReadFile("log") } }\n',
    "files after a failure, in a helper": "func read(err error) { if err == nil { return }; os.ReadFile(`log`) }\n"
    "func (t *T) Read(err error) { t.mu.Lock(); defer t.mu.Unlock(); read(err) }\n",
    "rotation of the file that is kept beside": _FETCH.format(name="Rotate", work="t.f.Close(); os.ReadDir(`a`)"),
    "rotation of a log behind an interface of one's own": """
type out interface { Write(p []byte) (int, error); Close() error }
type logger struct { mu sync.Mutex; w out; limit int }
func (l *logger) SetLimit(n int) { l.mu.Lock(); defer l.mu.Unlock(); l.limit = n }
func (l *logger) Limit() int { l.mu.Lock(); defer l.mu.Unlock(); return l.limit }
func (l *logger) Write(p []byte) { l.mu.Lock(); defer l.mu.Unlock(); l.w.Write(p); os.ReadDir("old") }
""",
    "a handshake on a connection whose writers take turns": _FETCH.format(name="Upgrade", work="t.conn.Read(nil)")
    + "".join(_FETCH.format(name=name, work="t.out.Flush(); t.conn.SetDeadline(time.Time{})") for name in "ABC"),
    "the others only switch it": """
type gate struct { mu sync.Mutex; on bool }
func (g *gate) Enable() { g.mu.Lock(); defer g.mu.Unlock(); g.on = true }
func (g *gate) Disable() { g.mu.Lock(); defer g.mu.Unlock(); g.on = false }
func (g *gate) run() { for { g.mu.Lock(); if g.on { time.Sleep(1) }; g.mu.Unlock() } }
""",
    "the address to listen at is made out": "func (t *T) Open(at string) { t.mu.Lock(); defer t.mu.Unlock()\n"
    't.n++; net.ResolveUDPAddr("udp", at) }\n' + "".join(_FETCH.format(name=name, work="t.n++") for name in "ABC"),
    "what all others wait for is made": """
type lazy struct { mu sync.Mutex; conn net.Conn }
func (l *lazy) get() net.Conn { l.mu.Lock(); defer l.mu.Unlock()
	if l.conn == nil { l.conn, _ = net.Dial("tcp", "a") }
	return l.conn }
func (l *lazy) Close() { l.mu.Lock(); defer l.mu.Unlock(); if l.conn != nil { l.conn = nil } }
""",
    "what is found out once": """
type probe struct { mu sync.Mutex; state int }
func (p *probe) has(url string) bool { p.mu.Lock(); defer p.mu.Unlock()
	switch p.state {
	case 1:
		return true
	case 2:
		return false
	}
	_, err := http.Get(url)
	p.state = 1
	if err != nil { p.state = 2 }
	return err == nil }
""",
    "a start": "func (t *T) Start() { t.mu.Lock(); defer t.mu.Unlock(); if t.on { return }\n"
    't.on = true; http.Get("a"); go t.Grow() }\n',
    "what is guarded is sent": """
type batch struct { mu sync.Mutex; urls []string }
func (b *batch) Send() error { b.mu.Lock(); defer func() { b.urls = nil; b.mu.Unlock() }(); return send(b.urls) }
func send(urls []string) error { _, err := http.Get(urls[0]); return err }
func (b *batch) Put(url string) { b.mu.Lock(); defer b.mu.Unlock(); b.urls = append(b.urls, url) }
func (b *batch) Size() int { b.mu.Lock(); defer b.mu.Unlock(); return len(b.urls) }
func (b *batch) Drop() { b.mu.Lock(); defer b.mu.Unlock(); b.urls = nil }
""",
}


def _confidences(tmp_path: Path, code: str) -> list[Confidence]:
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.24\n")
    (tmp_path / "m.go").write_text(_HEAD + code)
    config = Config(select=("io-under-lock",), min_confidence=Confidence.LOW)
    return [each.confidence for each in check(["./..."], config, cwd=tmp_path).diagnostics]


@pytest.mark.parametrize("code", SHOWN.values(), ids=SHOWN.keys())
def test_accidents_are_shown(tmp_path: Path, code: str) -> None:
    found = _confidences(tmp_path, code)
    assert found
    assert Confidence.LOW not in found


@pytest.mark.parametrize("code", MEANT.values(), ids=MEANT.keys())
def test_what_a_lock_is_there_for_is_told_to_who_asks(tmp_path: Path, code: str) -> None:
    assert set(_confidences(tmp_path, code)) <= {Confidence.LOW}
