// Package waiting waits under a lock: not for those who need it.
package waiting

import "sync"

type file struct {
	users sync.WaitGroup
	size  int
}

func (f *file) close() {
	f.users.Wait()
	f.size = 0
}

// Log has a file that is replaced.
type Log struct {
	mu   sync.RWMutex
	file *file
	last string
}

// Write adds a line, and tells how long the log is.
func (l *Log) Write(line string) int {
	l.mu.Lock()
	l.file.size += len(line)
	l.file.close()
	l.last = line
	l.mu.Unlock()
	return len(l.last) // want "`Log.last` is read without `Log.mu`"
}

// Swap begins a new file.
func (l *Log) Swap(next *file) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.file = next
	l.last = ""
}

// Last tells the last line.
func (l *Log) Last() string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.last
}

// --- the lock isn't held meanwhile

// Crew has workers that leave.
type Crew struct {
	mu   sync.Mutex
	work sync.WaitGroup
	last string
}

// Do works.
func (c *Crew) Do(line string) {
	defer c.work.Done()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = line
}

// Undo works, too.
func (c *Crew) Undo() {
	defer c.work.Done()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = ""
}

// End waits for all.
func (c *Crew) End(line string) int {
	c.mu.Lock()
	c.last += line
	c.mu.Unlock()
	c.work.Wait()
	return len(c.last)
}
