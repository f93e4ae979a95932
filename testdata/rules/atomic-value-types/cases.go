// Package cases stores in atomic values.
package cases

import "sync/atomic"

type conf struct{ names []string }

type holder struct {
	number atomic.Value
	text   atomic.Value
	conf   atomic.Value
	list   atomic.Value
	any    atomic.Value
}

func (h *holder) setInt(n int)       { h.number.Store(n) }
func (h *holder) setSame(n int)      { h.number.Swap(n + 1) }
func (h *holder) setInt64(n int64)   { h.number.Store(n) } // want "`holder.number` is given a `int64` here and a `int` elsewhere"
func (h *holder) setConstant()       { h.text.Store("none") }
func (h *holder) setText(s string)   { h.text.Store(s) }
func (h *holder) clear()             { h.text.Swap(nil) } // want "nil is stored in `h.text`"
func (h *holder) setConf(c *conf)    { h.conf.Store(c) }
func (h *holder) clearConf()         { h.conf.Store((*conf)(nil)) }
func (h *holder) setNew()            { h.conf.Store(&conf{}) }
func (h *holder) setAny(v any)       { h.any.Store(v) }
func (h *holder) setAnyInt(n int)    { h.any.Store(n) }
func (h *holder) setList(l []string) { h.list.Store(l) }
func (h *holder) swapList(l []string) bool {
	return h.list.CompareAndSwap(nil, l)
}
func (h *holder) setEmpty() {
	h.list.Store([]any{}) // want "`holder.list` is given a"
}

func local(n int, s string) (any, any) {
	var one, other atomic.Value
	one.Store(n)
	other.Store(s)
	return one.Load(), other.Load()
}
