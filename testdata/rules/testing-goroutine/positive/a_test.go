// Package positive ends tests from their goroutines.
package positive

import (
	"testing"
	"time"
)

type env struct {
	t *testing.T
}

func (e *env) check(ok bool) {
	if !ok {
		e.t.FailNow()
	}
}

func TestSkip(t *testing.T) {
	go func() {
		defer func() {
			t.SkipNow() // want "`t.SkipNow` in a goroutine"
		}()
	}()
}

func TestNamed(t *testing.T) {
	go wait(t, time.Second) // want "`t.Fatalf` in a goroutine may end that goroutine alone"
	time.AfterFunc(time.Second, func() { t.Fatal("late") }) // want "`t.Fatal` in a goroutine"
}

func wait(t *testing.T, d time.Duration) {
	time.Sleep(d)
	t.Fatalf("still there after %v", d)
}

func BenchmarkAll(b *testing.B) {
	e := &env{}
	go func(b *testing.B) {
		for range b.N {
			if e.t != nil {
				b.Fatal("a test's") // want "`b.Fatal` in a goroutine"
			}
		}
	}(b)
}

func TestField(t *testing.T) {
	e := &env{t}
	go func() {
		e.t.Fatal("once") // want "`e.t.Fatal` in a goroutine"
	}()
	e.check(true)
}

func TestInner(t *testing.T) {
	t.Run("inner", func(t *testing.T) {
		done := make(chan bool)
		go func() {
			defer close(done)
			t.FailNow() // want "`t.FailNow` in a goroutine"
		}()
		<-done
	})
}

func TestAtOnce(t *testing.T) {
	go t.Fatalf("%s", "nobody waits") // want "`t.Fatalf` in a goroutine ends that goroutine alone"
	time.Sleep(time.Second)
}

func BenchmarkWorkers(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if b.N < 0 {
				b.FailNow() // want "`b.FailNow` in a goroutine"
			}
		}
	})
}

func TestAround(t *testing.T) {
	t.Run("one", func(sub *testing.T) {
		t.FailNow() // want "`t.FailNow` is about the test around this subtest"
	})
	t.Run("two", func(*testing.T) {
		if testing.Short() {
			t.Skip("slow") // want "`t.Skip` is about the test around this subtest"
		}
	})
}

func TestDeferred(t *testing.T) {
	go func() {
		defer t.FailNow() // want "`t.FailNow` in a goroutine ends that goroutine alone"
	}()
	go func() {
		(*testing.T).FailNow(t) // want "`\\(\\*testing.T\\).FailNow` in a goroutine ends"
	}()
}
