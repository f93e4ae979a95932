// Package counted counts each goroutine once.
package counted

import (
	"os"
	"sync"
)

func afterExit(jobs []func() bool) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			if !job() {
				os.Exit(1)
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

type server struct {
	wg    sync.WaitGroup
	conns []func()
}

func (s *server) start() {
	s.wg.Add(1)
	go s.accept()
}

// accept is counted when it starts, so the counter isn't zero while it counts its own.
func (s *server) accept() {
	defer s.wg.Done()
	for _, conn := range s.conns {
		s.wg.Add(1)
		go func() {
			defer s.wg.Done()
			conn()
		}()
	}
}

func (s *server) close() {
	s.wg.Wait()
}

func doneByHelper(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			if job == nil {
				finish(&wg)
				return
			}
			job()
			finish(&wg)
		}()
	}
	wg.Wait()
}

func finish(wg *sync.WaitGroup) { wg.Done() }

func undone(jobs []func()) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		if job == nil {
			wg.Done()
			continue
		}
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

func allAtOnce(jobs []func()) {
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range jobs {
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

func handedOver(jobs []func(), run func(func())) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			if job == nil {
				wg.Done()
				return
			}
			go func() {
				defer wg.Done()
				run(job)
			}()
		}()
	}
	wg.Wait()
}

func own(jobs []func()) {
	go func() {
		var wg sync.WaitGroup
		for _, job := range jobs {
			wg.Add(1)
			go func() {
				defer wg.Done()
				job()
			}()
		}
		wg.Wait()
	}()
}

// Whoever waits forbids it under the same lock before.
type logger struct {
	mu    sync.RWMutex
	wg    sync.WaitGroup
	lines chan string
}

func newLogger(write func(string)) *logger {
	l := &logger{lines: make(chan string, 8)}
	go l.run(write)
	return l
}

func (l *logger) run(write func(string)) {
	l.mu.RLock()
	lines := l.lines
	if lines != nil {
		l.wg.Add(1)
		defer l.wg.Done()
	}
	l.mu.RUnlock()
	if lines == nil {
		return
	}
	for line := range lines {
		write(line)
	}
}

func (l *logger) Close() {
	l.mu.Lock()
	lines := l.lines
	l.lines = nil
	l.mu.Unlock()
	if lines != nil {
		close(lines)
	}
	l.wg.Wait()
}

// Who works on the book has counted himself in; who closes it waits until nobody is left.
type book struct {
	mu      sync.Mutex
	idle    *sync.Cond
	pages   *[]string
	drafts  []string
	writers int
}

func openBook() *book {
	b := &book{pages: new([]string)}
	b.idle = sync.NewCond(&b.mu)
	return b
}

// Write adds a page.
func (b *book) Write(text string) {
	b.mu.Lock()
	b.writers++
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.writers--
		if b.writers == 0 {
			b.idle.Broadcast()
		}
		b.mu.Unlock()
	}()
	bind(b.pages, text)
}

func bind(pages *[]string, text string) { *pages = append(*pages, text) }

// Draft keeps a page for later.
func (b *book) Draft(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages != nil {
		b.drafts = append(b.drafts, text)
	}
}

// Print binds what was kept.
func (b *book) Print() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.drafts {
		bind(b.pages, text)
	}
}

// Close waits for those who write.
func (b *book) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.writers > 0 {
		b.idle.Wait()
	}
	b.pages = nil
}
