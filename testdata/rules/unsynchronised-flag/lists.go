package lists

import (
	"sync"
	"sync/atomic"
	"time"
)

type stats struct {
	seen, sent, kept int
	done             chan struct{}
}

func (s *stats) scan() { s.seen++ } // want "`stats.seen` is written here and read by `.*rescan`"

func (s *stats) rescan() { s.seen += 2 }

func (s *stats) keep() { s.kept++ }

// Each of them runs once, whichever turn of the loop starts it.
func Collect() int {
	s := &stats{}
	var wg sync.WaitGroup
	for _, f := range []func(){s.scan, s.rescan, s.keep} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
	return s.seen + s.kept
}

func (s *stats) send() {
	s.sent++ // want "`stats.sent` is written here and read by `.*resend`"
	s.done <- struct{}{}
}

func (s *stats) resend() {
	s.sent--
	s.done <- struct{}{}
}

func Send() int {
	s := &stats{done: make(chan struct{})}
	for _, f := range []func(){s.send, s.resend} {
		go f()
	}
	<-s.done
	<-s.done
	return s.sent
}

// Transfer goes on when Start has returned.
type Transfer struct {
	written int64
	exact   atomic.Int64
}

func Start(next func() (int, error)) *Transfer {
	t := &Transfer{}
	go func() {
		for {
			n, err := next()
			t.written += int64(n) // want "`Transfer.written` is written here and read by `.*Progress`"
			t.exact.Add(int64(n))
			if err != nil {
				return
			}
		}
	}()
	return t
}

func (t *Transfer) Progress() int64 { return t.written }

func (t *Transfer) Exact() int64 { return t.exact.Load() }

// Watchdog barks once.
type Watchdog struct {
	timer *time.Timer
	fired bool
}

func NewWatchdog(d time.Duration) *Watchdog {
	w := &Watchdog{}
	w.timer = time.AfterFunc(d, func() { w.fired = true }) // want "`Watchdog.fired` is written here and read by `.*Fired`"
	return w
}

func (w *Watchdog) Fired() bool { return w.fired }
