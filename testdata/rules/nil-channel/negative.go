// Package negative makes its channels, somewhere.
package negative

import "time"

var ticks chan int

func init() { ticks = make(chan int) }

func global() int { return <-ticks }

var made = make(chan bool)

func other() bool { return <-made }

func timeout(limit time.Duration, in <-chan int) int {
	var late <-chan time.Time
	if limit > 0 {
		late = time.After(limit)
	}
	select {
	case n := <-in:
		return n
	case <-late:
		return 0
	}
}

func byAddress(fill func(*chan int)) int {
	var c chan int
	fill(&c)
	return <-c
}

func inside(run func(func())) int {
	var c chan int
	run(func() { c = make(chan int, 1) })
	return <-c
}

func named() (c chan int) {
	defer func() { c <- 1 }()
	c = make(chan int, 1)
	return c
}

type pair struct {
	left, right chan int
}

func keyless() pair { return pair{make(chan int), make(chan int)} }

func (p pair) swap() { p.left <- <-p.right }

type node struct {
	in  chan int
	out chan int
}

func connect(a, b *node) { a.out, b.in = b.in, a.out }

func (n *node) pass() { n.out <- <-n.in }

type Public struct {
	Events chan int
}

func (p *Public) next() int { return <-p.Events }

type ring struct {
	slots [4]chan int
}

func (r *ring) put(n int) { r.slots[n%4] <- n }
