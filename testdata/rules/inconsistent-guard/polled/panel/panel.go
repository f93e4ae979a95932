// Package panel keeps to the lock.
package panel

import "example.test/case/rules-inconsistent-guard-polled/board"

// Panel changes a board.
type Panel struct{ board *board.Board }

// Name sets the title.
func (p *Panel) Name(title string) {
	p.board.Lock.Lock()
	defer p.board.Lock.Unlock()
	p.board.Title = title
}

// Clear takes the title away.
func (p *Panel) Clear() {
	p.board.Lock.Lock()
	p.board.Reset()
	p.board.Lock.Unlock()
}

// Count adds to a score.
func (p *Panel) Count(name string) {
	p.board.Lock.Lock()
	p.board.Scores[name]++
	p.board.Lock.Unlock()
}

// Forget takes a score away.
func (p *Panel) Forget(name string) {
	p.board.Lock.Lock()
	delete(p.board.Scores, name)
	p.board.Lock.Unlock()
}

// Title may be called at any time.
func (p *Panel) Title() string {
	p.board.Lock.RLock()
	defer p.board.Lock.RUnlock()
	return p.board.Title
}

// Draft needs no lock: few others take one for it.
func (p *Panel) Draft() string {
	p.board.Lock.RLock()
	defer p.board.Lock.RUnlock()
	return p.board.Draft
}
