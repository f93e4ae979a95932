// Package registered makes objects known to others before it is done with them.
package registered

import "sync"

type job struct {
	mu   sync.Mutex
	due  int
	runs int
}

func newJob(due int) *job { return &job{due: due} }

func (j *job) Due() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.due
}

func (j *job) done(due int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.due = due
	j.runs++
}

// Table has all jobs.
type Table struct {
	mu   sync.Mutex
	jobs map[string]*job
}

// Claim adds a job, and tells when it is due.
func (t *Table) Claim(name string, due int) int {
	j := newJob(due)
	t.mu.Lock()
	t.jobs[name] = j
	t.mu.Unlock()
	return j.due // want "`job.due` is read without `job.mu`"
}

// Begin tells before anybody knows the job.
func (t *Table) Begin(name string, due int) int {
	j := newJob(due)
	first := j.due
	t.mu.Lock()
	defer t.mu.Unlock()
	t.jobs[name] = j
	return first + j.due
}

// Run runs what is due.
func (t *Table) Run(now int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, j := range t.jobs {
		if j.Due() <= now {
			j.done(now + 1)
		}
	}
}
