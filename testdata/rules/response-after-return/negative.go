// Package negative waits for its goroutines.
package negative

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"
)

func received(w http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.WriteHeader(http.StatusOK)
	}()
	<-done
}

func deferred(w http.ResponseWriter, r *http.Request) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { w.WriteHeader(http.StatusOK) })
	if r.Method == http.MethodHead {
		return
	}
	r.ParseForm()
}

func group(w http.ResponseWriter, r *http.Request) {
	var g errgroup.Group
	g.Go(func() error {
		_, err := w.Write(nil)
		return err
	})
	if err := g.Wait(); err != nil {
		panic(err)
	}
}

func header(w http.ResponseWriter, r *http.Request, work func(context.Context, string)) {
	ctx, agent := context.WithoutCancel(r.Context()), r.UserAgent()
	go func() { work(ctx, agent) }()
}

func method(w http.ResponseWriter, r *http.Request) {
	go func() { println(r.Method) }()
}

func ranged(w http.ResponseWriter, r *http.Request) {
	parts := make(chan []byte)
	go func() {
		defer close(parts)
		buf := make([]byte, 512)
		for {
			n, err := r.Body.Read(buf)
			if err != nil {
				return
			}
			parts <- append([]byte(nil), buf[:n]...)
		}
	}()
	for part := range parts {
		w.Write(part)
	}
}

func keepAlive(w http.ResponseWriter, r *http.Request) (stop func(), body *http.Request) {
	done := make(chan bool)
	go func() {
		<-done
		w.WriteHeader(http.StatusOK)
		done <- true
	}()
	return func() { done <- true; <-done }, r
}

func each(parts []string, visit func(string)) {
	var wg sync.WaitGroup
	for _, part := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			visit(part)
		}()
	}
	wg.Wait()
}

func helped(w http.ResponseWriter, r *http.Request) {
	var mu sync.Mutex
	each([]string{"a", "b"}, func(part string) {
		mu.Lock()
		defer mu.Unlock()
		w.Write([]byte(part))
	})
}
