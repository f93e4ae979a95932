// Package negative ends tests from their own goroutines.
package negative

import "testing"

type fatal struct{}

func (fatal) Fatal(...any) {}

func TestError(t *testing.T) {
	done := make(chan bool)
	go func() {
		defer close(done)
		t.Error("told")
		t.Log("and told")
	}()
	<-done
	t.Fatal("own")
}

func TestOther(t *testing.T) {
	f := fatal{}
	go func() { f.Fatal("not the test") }()
	t.Skip()
}

func TestLiteral(t *testing.T) {
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	go func() { t.Log("there") }()
	check(nil)
}

// Error may be called from anywhere.
func TestReported(t *testing.T) {
	go t.Errorf("%s", "told")
}

func BenchmarkReported(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if b.N < 0 {
				b.Error("no turns")
				return
			}
		}
	})
	b.Fatal("after the workers")
}

type suite struct{ t *testing.T }

func TestSubtests(t *testing.T) {
	s := &suite{t: t}
	t.Run("own", func(sub *testing.T) {
		sub.FailNow()
	})
	t.Run("shadowed", func(t *testing.T) {
		t.Fatal()
	})
	t.Run("told", func(sub *testing.T) {
		t.Log("begins")
		t.Errorf("no end")
	})
	t.Run("deferred", func(t *testing.T) {
		defer func() {
			if recover() != nil {
				t.Fatal()
			}
		}()
	})
	t.Run("set", func(sub *testing.T) {
		s.t = sub
		s.t.FailNow()
	})
}
