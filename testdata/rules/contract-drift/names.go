// Package names has comments that name locks which are there, and others.
package names

import "sync"

type queue struct {
	// itemsMtx protects items. // want "the comment names `itemsMtx`, and there is no such lock"
	itemMtx sync.Mutex
	items   []int

	// The lock of the pool guards it.
	size int

	// free is counted by the pool.
	free int

	shared *pool
	last   int // guarded by poolMu
	first  int // guarded by frontMu // want "the comment names `frontMu`"
}

type pool struct {
	poolMu sync.Mutex
	// poolMu guards queues.
	queues []*queue
}

// push wants q.itemMtx to be held.
func (q *queue) push(n int) { q.items = append(q.items, n) }

// pop must be called with q.lastMu held. // want "the comment names `q.lastMu`"
func (q *queue) pop() int { return q.items[0] }

// grow must be called with p.poolMu held, not with q.itemMtx.
func (p *pool) grow() { p.queues = append(p.queues, &queue{}) }

func (q *queue) Use(n int) int {
	q.itemMtx.Lock()
	defer q.itemMtx.Unlock()
	q.push(n)
	return q.pop()
}

func (p *pool) Use() {
	p.poolMu.Lock()
	defer p.poolMu.Unlock()
	p.grow()
}
