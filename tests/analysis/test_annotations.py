"""What annotations can't be told to mean says nothing, and isn't called wrong."""

from __future__ import annotations

from facts import facts_of

from pubcheck.analysis.misannotated import misannotated

UNKNOWN = """
package m

import (
	"sync"

	"example.com/elsewhere"
)

type cache struct {
	elsewhere.Base
	foreign elsewhere.Locks
	mu      sync.Mutex

	// +checklocks:foreign.mu
	one int
	// +checklocks:baseMu
	other int
	// +checklocks:mu
	third int
}

// +checklocks:l.mu
func use(l elsewhere.Locks) {}

// +checklocksread:c.foreign
func (c *cache) read() {}
"""


def test_what_a_package_that_is_not_there_declares_may_be_a_lock() -> None:
    assert list(misannotated(facts_of(UNKNOWN).package)) == []


def test_what_is_there_is_known() -> None:
    text = UNKNOWN.replace("+checklocks:mu", "+checklocks:mu.lock")
    assert [each.annotation for each in misannotated(facts_of(text).package)] == ["+checklocks:mu.lock"]
