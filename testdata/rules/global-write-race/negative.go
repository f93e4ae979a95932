// Package negative writes package variables in time, or under a lock.
package negative

import (
	"net/http"
	"sync"
	"sync/atomic"
)

var (
	table = map[string]int{}
	mu    sync.Mutex
	users []string
	hits  atomic.Int64
	once  sync.Once
	motd  string
	ready bool
)

func init() { table["a"] = 1 }

func login(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	users = append(users, r.Host)
	mu.Unlock()
	hits.Add(int64(table["a"]))
	once.Do(func() { motd = "hello" })
	w.Write([]byte(motd))
}

// Set before the goroutine starts.
func Start(in chan int) {
	ready = true
	go func() {
		for range in {
			println(ready)
		}
	}()
}
