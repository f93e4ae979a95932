// Package jobs keeps what goroutines work on in a map.
package jobs

import "sync"

type job struct {
	status string
	state  string
}

// Manager runs jobs.
type Manager struct {
	mu   sync.Mutex
	jobs map[string]*job
}

func (m *Manager) Submit(id string, run func()) {
	j := &job{status: "pending", state: "pending"}
	m.mu.Lock()
	m.jobs[id] = j
	m.mu.Unlock()
	go func() {
		j.status = "running" // want "`job.status` is written here and read by `.*Status`"
		m.set(j, "running")
		run()
	}()
}

func (m *Manager) set(j *job, state string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j.state = state
}

func (m *Manager) Status(id string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if j, ok := m.jobs[id]; ok {
		return j.status
	}
	return ""
}

func (m *Manager) State(id string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if j, ok := m.jobs[id]; ok {
		return j.state
	}
	return ""
}

type awaited struct {
	result int
	done   chan struct{}
}

// Waiting gives results to those who wait for them.
type Waiting struct {
	mu   sync.Mutex
	jobs map[string]*awaited
}

func (w *Waiting) Submit(id string, run func() int) {
	a := &awaited{done: make(chan struct{})}
	w.mu.Lock()
	w.jobs[id] = a
	w.mu.Unlock()
	go func() {
		defer close(a.done)
		a.result = run()
	}()
}

func (w *Waiting) Wait(id string) int {
	w.mu.Lock()
	a := w.jobs[id]
	w.mu.Unlock()
	if a == nil {
		return 0
	}
	<-a.done
	return a.result
}
