package counting

import (
	"sync"
	"testing"
)

func TestCounting(t *testing.T) {
	var g gauge
	var wg sync.WaitGroup
	before := Sum()
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			g.Raise()
			g.Lower(3)
			Add(2)
		}()
	}
	_ = g.Read()
	_ = Sum()
	wg.Wait()
	if got := g.Read(); got != -8 {
		t.Errorf("the gauge is at %d", got)
	}
	if got := Sum() - before; got != 8 {
		t.Errorf("the sum grew by %d", got)
	}
}
