// Package board declares what others guard, and forgets it itself.
package board

import (
	"fmt"
	"sync"
	"time"
)

// Board is locked by those who write to it.
type Board struct {
	Lock   sync.RWMutex
	Scores map[string]int
	Title  string
	Draft  string

	Turn struct{ Number int }
}

// Show prints the title from now on.
func (b *Board) Show() {
	go func() {
		for {
			time.Sleep(time.Second)
			fmt.Println(b.Title) // want "`Board.Title` is read without `Board.Lock`, which is held in 3 of 4 accesses"
		}
	}()
}

// Reset may only be called by who has locked it, and is.
func (b *Board) Reset() { b.Title = "" }

// Sketch is what nobody locks anything for.
func (b *Board) Sketch() {
	go func() { b.Draft += "." }()
}
