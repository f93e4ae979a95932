// Package madebefore has objects that are made ready at the first call, which comes before anything else.
package madebefore

import (
	"context"
	"sync"
)

type Menu struct {
	mu     sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
	status string
}

func (m *Menu) prepare() {
	if m.ctx != nil {
		return
	}
	m.ctx, m.cancel = context.WithCancel(context.Background())
}

func (m *Menu) Update(status string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.prepare()
	if m.ctx.Err() == nil {
		m.status = status
	}
}

func (m *Menu) Refresh(status string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.prepare()
	if m.ctx.Err() == nil {
		m.status += status
	}
}

func (m *Menu) Run(show func(context.Context), ended func()) {
	m.Update("begun")
	go func() {
		<-m.ctx.Done()
		ended()
	}()
	show(m.ctx)
}
