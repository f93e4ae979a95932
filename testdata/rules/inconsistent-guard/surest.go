// Of many functions those are shown that are most likely to be right, wherever they stand.
package surest

import "sync"

type Gauge struct {
	mu    sync.Mutex
	level int
}

func (g *Gauge) Up()     { g.mu.Lock(); g.level++; g.mu.Unlock() }
func (g *Gauge) Down()   { g.mu.Lock(); g.level--; g.mu.Unlock() }
func (g *Gauge) Reset()  { g.mu.Lock(); g.level = 0; g.mu.Unlock() }
func (g *Gauge) Top()    { g.mu.Lock(); g.level = 9; g.mu.Unlock() }
func (g *Gauge) Twice()  { g.mu.Lock(); g.level *= 2; g.mu.Unlock() }
func (g *Gauge) Thrice() { g.mu.Lock(); g.level *= 3; g.mu.Unlock() }
func (g *Gauge) Half()   { g.mu.Lock(); g.level /= 2; g.mu.Unlock() }
func (g *Gauge) Third()  { g.mu.Lock(); g.level /= 3; g.mu.Unlock() }

func one(g *Gauge)       { g.level = 1 } // want "`Gauge.level` is written without"
func two(g *Gauge)       { g.level = 2 } // want "`Gauge.level` is written without"
func three(g *Gauge) int { return g.level }

func (g *Gauge) watch(alarm func(int)) {
	for range 10 {
		alarm(g.level) // want "`Gauge.level` is read without"
	}
}

// Watch has its level looked at.
func Watch(alarm func(int)) *Gauge {
	g := &Gauge{}
	go g.watch(alarm)
	g.Up()
	return g
}
