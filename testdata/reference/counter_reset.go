// Package reset has a metric that runs low: it is read and reset in two steps. (Appendix H, X.4)
package reset

import (
	"sync/atomic"
	"time"
)

type requests struct {
	served atomic.Int64
	failed atomic.Int64
}

func (r *requests) serve(ok bool) {
	if ok {
		r.served.Add(1)
	} else {
		r.failed.Add(1)
	}
}

func (r *requests) publishBadly(send func(int64), stop <-chan struct{}) {
	go func() {
		ticker := time.NewTicker(10 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				send(r.served.Load())
				r.served.Store(0) // want "load-then-store: `requests.served` is loaded and then stored"
			case <-stop:
				return
			}
		}
	}()
}

func (r *requests) publishWell(send func(int64), stop <-chan struct{}) {
	go func() {
		ticker := time.NewTicker(10 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				send(r.failed.Swap(0))
			case <-stop:
				return
			}
		}
	}()
}
