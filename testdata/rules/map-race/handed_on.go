// Package handedon is told of what goes by a function value that is called under the lock.
package handedon

import "sync"

type shard struct {
	mu      sync.Mutex
	hits    map[string]int
	onEvict func(key string)
}

func (s *shard) hit(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits[key]++
}

func (s *shard) evict(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onEvict(key)
	delete(s.hits, key)
}

// counted is asked by who is told of an eviction.
func (s *shard) counted(key string) int { return s.hits[key] }

func (s *shard) Hits(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits[key]
}

type Cache struct {
	shards []*shard
	told   func(key string, hits int)
}

func New(told func(string, int)) *Cache {
	c := &Cache{told: told}
	for range 16 {
		c.shards = append(c.shards, &shard{hits: map[string]int{}, onEvict: c.evicted})
	}
	return c
}

func (c *Cache) evicted(key string) {
	c.told(key, c.shards[len(key)%16].counted(key))
}

func (c *Cache) Hit(key string)   { c.shards[len(key)%16].hit(key) }
func (c *Cache) Evict(key string) { c.shards[len(key)%16].evict(key) }
