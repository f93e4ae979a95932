// Package use shares variables with the tasks of a crew.
package use

import (
	"sync"

	"example.test/case/rules-captured-variable-race-crews/crew"
)

func waits(nodes []string, clean func(string) error) (int, error) {
	all := crew.New(4)
	var mu sync.Mutex
	cleaned := 0
	for _, node := range nodes {
		all.Add(func() error {
			if err := clean(node); err != nil {
				return err
			}
			mu.Lock()
			cleaned++
			mu.Unlock()
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return 0, err
	}
	return cleaned, nil
}

func looksAtOnce(nodes []string, clean func(string) error) (int, error) {
	all := crew.New(4)
	var mu sync.Mutex
	cleaned := 0
	for _, node := range nodes {
		all.Add(func() error {
			if err := clean(node); err != nil {
				return err
			}
			mu.Lock()
			cleaned++
			mu.Unlock()
			return nil
		})
	}
	return cleaned, all.Errors() // want "`cleaned` is read while the goroutine that was started before writes it"
}

func oneAfterTheOther(fetch func() (string, error), over <-chan struct{}) error {
	last := ""
	keep := func() error {
		found, err := fetch()
		last += found
		return err
	}
	if err := crew.Try(keep, over); err != nil {
		return err
	}
	return crew.Try(func() error {
		found, err := fetch()
		last += found
		return err
	}, over)
}
