// Package helpers leaves writes to functions that some call with the write side and some with the read side.
package helpers

import "sync"

type Cache struct {
	mu    sync.RWMutex
	items map[string]int
	order []string
}

func (c *Cache) Put(key string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[key] = n
	c.touch(key)
}

func (c *Cache) Get(key string) int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	c.touch(key)
	return c.items[key]
}

func (c *Cache) Oldest() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.order[0]
}

func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = nil
	c.forget()
}

func (c *Cache) touch(key string) {
	c.order = append(c.order, key) // want "`Cache.order` is written while `Cache.mu` is held for reading only"
}

func (c *Cache) forget() { c.items = map[string]int{} }
