"""A module of any size: packages of a shared cache each, that import one another, in the Go of some years ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH = 10
"""Packages that import one and the same."""
_TYPES = 20
"""Types in a package."""

_FILES = 50
"""Files of a dense package."""
_LONG = 2000
"""Lines of its first one."""
_FEW_TYPES = 4
"""Types in each of the others."""

_HEAD = """// Package {name} keeps what others ask for.
package {name}

import (
	"errors"
	"sync"
{imports})

var errMissing = errors.New("missing")

"""
_TYPE = """// Table{n} holds counts by name.
type Table{n} struct {{
	mu    sync.RWMutex
	items map[string]int
	hits  int
	done  chan struct{{}}
}}

// NewTable{n} starts what cleans the table.
func NewTable{n}() *Table{n} {{
	t := &Table{n}{{items: map[string]int{{}}, done: make(chan struct{{}})}}
	go t.sweep()
	return t
}}

// Get looks a name up.
func (t *Table{n}) Get(name string) (int, error) {{
	t.mu.RLock()
	defer t.mu.RUnlock()
	count, ok := t.items[name]
	if !ok {{
		return 0, errMissing
	}}
	return count, nil
}}

// Add counts a name, as often as it has been counted below.
func (t *Table{n}) Add(name string) int {{
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := 0; i < len(name); i++ {{
		if name[i] == '/' {{
			t.hits++
		}}
	}}
	t.items[name] += {more}
	return t.items[name]
}}

func (t *Table{n}) sweep() {{
	<-t.done
	t.mu.Lock()
	for name := range t.items {{
		delete(t.items, name)
	}}
	t.mu.Unlock()
}}

// Close ends it.
func (t *Table{n}) Close() {{ close(t.done) }}

"""


def sample(into: Path, lines: int) -> None:
    """Write a module of about that many ``lines`` to the new folder ``into``."""
    into.mkdir()
    (into / "go.mod").write_text("module example.com/sample\n\ngo 1.19\n")
    number = written = 0
    while written < lines:
        name = f"pkg{number}"
        below = f"pkg{(number - 1) // _WIDTH}" if number else ""
        imports = f'\n\t"example.com/sample/{below}"\n' if below else ""
        more = f"len({below}.Name)" if below else "1"
        types = "".join(_TYPE.format(n=n, more=more) for n in range(_TYPES))
        text = _HEAD.format(name=name, imports=imports) + f'// Name is its own.\nconst Name = "{name}"\n\n' + types
        (into / name).mkdir()
        (into / name / "table.go").write_text(text)
        written += text.count("\n")
        number += 1


_BETWEEN = """// Fill{n} asks one table for what another one lacks.
func (t *Table{n}) Fill{n}(from *Table{other}, names []string) {{
	var wg sync.WaitGroup
	for _, name := range names {{
		wg.Add(1)
		go func() {{
			defer wg.Done()
			if _, err := t.Get(name); err != nil {{
				from.Add(name)
				t.Add(name)
			}}
		}}()
	}}
	wg.Wait()
	t.mu.Lock()
	t.hits += len(names)
	t.mu.Unlock()
}}

"""


def dense(into: Path, files: int = _FILES, lines: int = _LONG) -> Path:
    """Write a module of one package, whose types are all guarded and call each other, to the new folder ``into``.

    Returns:
        The file that has about so many ``lines``; the others are short.
    """
    into.mkdir()
    (into / "go.mod").write_text("module example.com/dense\n\ngo 1.22\n")
    number = 0
    for file in range(files):
        text = _HEAD.format(name="dense", imports="") if file == 0 else 'package dense\n\nimport "sync"\n\n'
        begun = number
        while text.count("\n") < lines if file == 0 else number < begun + _FEW_TYPES:
            text += _TYPE.format(n=number, more="1") + _BETWEEN.format(n=number, other=max(number - 1, 0))
            number += 1
        (into / f"tables{file}.go").write_text(text)
    return into / "tables0.go"
