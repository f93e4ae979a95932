// Package positive changes package variables in tests that run in parallel.
package positive

import "testing"

var (
	count  int
	last   string
	limits = map[string]int{}
	mode   int
)

func TestCounts(t *testing.T) {
	t.Parallel()
	count++ // want "`count` is written by `TestCounts` while `TestCounted` reads it"
}

func TestCounted(t *testing.T) {
	t.Parallel()
	if count > 9 {
		t.Error(count)
	}
}

func TestEach(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			last = name // want "`last` is written by one run of `TestEach.func1` while another writes it"
		})
	}
}

func TestSubtests(t *testing.T) {
	t.Run("one", func(t *testing.T) {
		t.Parallel()
		limits["one"] = 1 // want "`limits.*` is written by `TestSubtests.func1` while `TestSubtests.func2` reads it"
	})
	t.Run("two", func(t *testing.T) {
		t.Parallel()
		if limits["two"] != 0 {
			t.Error(limits)
		}
	})
}

func modeIs(n int) bool { return mode == n }

func TestMode(t *testing.T) {
	t.Parallel()
	t.Run("inner", func(t *testing.T) {
		t.Parallel()
		mode = 1 // want "`mode` is written by .* while `TestOtherMode` reads it"
	})
}

func TestOtherMode(t *testing.T) {
	t.Parallel()
	if !modeIs(0) {
		t.Error(mode)
	}
}

func BenchmarkWorkers(b *testing.B) {
	turns, each := 0, make([]int, 1)
	b.RunParallel(func(pb *testing.PB) {
		own := 0
		for pb.Next() {
			own++
			turns += own // want "`turns` is written by all goroutines of `RunParallel`"
		}
		_ = each
	})
	b.Log(turns)
}
