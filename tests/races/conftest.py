from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pubcheck.cli import main

CACHE = """\
package cache

import (
	"sync"
	"sync/atomic"
)

type Cache struct {
	mu    sync.Mutex
	items map[string]int
	hits  int
	n     int64
}

func (c *Cache) Put(k string) {
	c.mu.Lock()
	c.items[k]++
	c.mu.Unlock()
	c.hits++
}

func (c *Cache) Get(k string) int {
	c.hits++
	return c.items[k]
}

func (c *Cache) Add() { atomic.AddInt64(&c.n, 1) }

func (c *Cache) N() int64 { return c.n }

var total int

func bump() { total++ }
"""
TEST = """\
package cache

import (
	"sync"
	"testing"
	"time"
)

func TestCaptured(t *testing.T) {
	x := 0
	done := make(chan bool)
	go func() {
		x++
		done <- true
	}()
	x++
	<-done
	t.Log(x)
}

func TestAll(t *testing.T) {
	c := &Cache{items: map[string]int{}}
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.Put("a")
			c.Get("a")
			c.Add()
			_ = c.N()
			bump()
		}()
	}
	wg.Wait()
}

func TestClose(t *testing.T) {
	c := make(chan int, 1)
	go func() { c <- 1 }()
	time.Sleep(50 * time.Millisecond)
	close(c)
}
"""


class Outcome(msgspec.Struct, frozen=True):
    code: int
    out: str
    err: str


class Module:
    """A Go module, and the command run inside it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        (root / "cache").mkdir()
        (root / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
        (root / "cache" / "cache.go").write_text(CACHE)
        (root / "cache" / "cache_test.go").write_text(TEST)

    def race(self, log: str, *arguments: str) -> Outcome:
        """The command on a log."""
        (self.root / "log.txt").write_bytes(log.encode("utf-8", "surrogateescape"))
        self._capsys.readouterr()
        code = main(["race", "log.txt", *arguments])
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Module:
    for name in ("GOOS", "GOARCH", "GOROOT", "GOFLAGS", "GOWORK", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Module(tmp_path, capsys)
