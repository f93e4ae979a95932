// Package meanwhile has goroutines that work while callers go on.
package meanwhile

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
)

// Future may be given up.
type Future struct {
	work func() error
	err  error
	done chan struct{}
}

func (f *Future) Start() {
	go func() {
		f.err = f.work() // want "`Future.err` is written here and written by `\\(\\*Future\\).Wait` on another goroutine"
		close(f.done)
	}()
}

func (f *Future) Wait(ctx context.Context) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		f.err = errors.New("given up")
		return ctx.Err()
	}
}

// Once is only changed by who has waited.
type Once struct {
	work func() error
	err  error
	done chan struct{}
}

func (o *Once) Start() {
	go func() {
		o.err = o.work()
		close(o.done)
	}()
}

func (o *Once) Wait(ctx context.Context) error {
	select {
	case <-o.done:
		err := o.err
		o.err = nil
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Job tells how it goes, of which one getter knows that it needs the lock.
type Job struct {
	mu     sync.Mutex
	status string
	err    error
}

func (j *Job) Start(work func() error) {
	go func() {
		err := work()
		j.mu.Lock()
		j.err = err
		j.status = "done"
		j.mu.Unlock()
	}()
}

func (j *Job) Status() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.status
}

func (j *Job) Err() error {
	return j.err // want "`Job.err` is read here without the lock"
}

// Settings are read anew whenever somebody asks for it.
type Settings struct{ Level int }

var settings Settings

func Follow(texts <-chan []byte) {
	go func() {
		for text := range texts {
			json.Unmarshal(text, &settings) // want "`Settings.Level` is written here and read by `Level`"
		}
	}()
}

func Level() int { return settings.Level }
