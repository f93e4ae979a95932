// Package counter has locks that can be there for one field alone, which one method changes.
package counter

import "sync"

type Counter struct {
	mu    sync.Mutex
	count int
}

func (c *Counter) Inc() {
	c.mu.Lock()
	c.count++
	c.mu.Unlock()
}

func (c *Counter) Get() int {
	return c.count // want "`Counter.count` is read without `Counter.mu`, which is held in 1 of 2 accesses"
}

type Config struct {
	sync.Mutex
	name    string
	timeout int
}

func NewConfig(name string) *Config { return &Config{name: name} }

func (c *Config) Name() string { return c.name }

func (c *Config) SetTimeout(t int) {
	c.Lock()
	defer c.Unlock()
	c.timeout = t
}

func (c *Config) Timeout() int {
	return c.timeout // want "`Config.timeout` is read without `Config.Mutex`"
}

// What tests expect to be told of a line is no remark about locking.
type Total struct {
	mu sync.Mutex
	n  int
}

func (t *Total) Add() {
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
}

func (t *Total) Sum() int {
	return t.n // want "`Total.n` is read without `Total.mu`, which is held in 1 of 2 accesses"
}

// The lock is there for other things, too.
type Two struct {
	mu   sync.Mutex
	a, b int
}

func (t *Two) SetA(n int) {
	t.mu.Lock()
	t.a = n
	t.mu.Unlock()
}

func (t *Two) SetB(n int) {
	t.mu.Lock()
	t.b = n
	t.mu.Unlock()
}

func (t *Two) B() int { return t.b }

// Its own package looks as it likes.
type inner struct {
	mu sync.Mutex
	n  int
}

func (i *inner) inc() {
	i.mu.Lock()
	i.n++
	i.mu.Unlock()
}

func (i *inner) get() int { return i.n }

// Who changes it reads it, too: nobody else may.
type Loop struct {
	mu sync.Mutex
	n  int
}

func (l *Loop) Step() int {
	l.mu.Lock()
	l.n++
	l.mu.Unlock()
	return l.n // want "`Loop.n` is read without `Loop.mu`"
}
