package positive

import "sync"

// Feed reads lines; its goroutine alone opens one file after the other, Close looks at the last.
type Feed struct {
	mu   sync.Mutex
	line []string
	stop chan struct{}
	out  chan string
}

// OpenFeed opens the first before it starts the goroutine.
func OpenFeed() *Feed {
	f := new(Feed)
	f.stop = make(chan struct{})
	f.out = make(chan string)
	f.open()
	go f.emit()
	return f
}

func (f *Feed) open() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.line = []string{"one", "two"}
}

func (f *Feed) emit() {
	for {
		for _, each := range f.line {
			select {
			case <-f.stop:
				return
			case f.out <- each:
			}
		}
		f.open()
	}
}

// Len tells how many there are.
func (f *Feed) Len() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.line)
}

// Last is the last one.
func (f *Feed) Last() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.line[len(f.line)-1]
}

// Source is the same, but for one who may open it again beside the goroutine.
type Source struct {
	mu   sync.Mutex
	line []string
	stop chan struct{}
	out  chan string
}

// OpenSource opens the first before it starts the goroutine.
func OpenSource() *Source {
	s := new(Source)
	s.stop = make(chan struct{})
	s.out = make(chan string)
	s.open()
	go s.emit()
	return s
}

func (s *Source) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line = []string{"one", "two"}
}

func (s *Source) emit() {
	for {
		for _, each := range s.line { // want "is ranged over without `Source.mu`"
			select {
			case <-s.stop:
				return
			case s.out <- each:
			}
		}
		s.open()
	}
}

// Again begins anew.
func (s *Source) Again() { s.open() }

// Len tells how many there are.
func (s *Source) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.line)
}

// Last is the last one.
func (s *Source) Last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.line[len(s.line)-1]
}
