"""Only what is new: judged by a real git repository, or by a patch."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

STORE = """\
package m

import "sync"

type Store struct {
	mu    sync.Mutex
	items map[string]int
}

func (s *Store) Get(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.items[key]
}

func (s *Store) Set(key string, value int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[key] = value
}

func (s *Store) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, key)
}
"""
UNLOCKED = """\

func (s *Store) Size() int {
	return len(s.items)
}
"""


class Repository:
    """A git repository around the shell's module."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.com",
        }

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=self._environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def commit(self, subject: str = "Change") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", subject)


@pytest.fixture
def repository(shell: Shell, reset: str, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository whose branch `main` has an old finding in `counter.go`."""
    repository = Repository(shell.root, tmp_path_factory.mktemp("home"))
    repository.git("init", "--quiet", "--initial-branch=main")
    shell.write("counter.go", reset)
    shell.write("store.go", STORE)
    repository.commit("Begin")
    repository.git("switch", "--quiet", "--create", "topic")
    return repository


def _new(shell: Shell, *arguments: str, base: str = "main") -> list[str]:
    """The places of what is new, as `file:line rule`."""
    outcome = shell.run("-q", "--output-format", "concise", "--new-from", base, *arguments)
    assert outcome.code in (0, 1), outcome.err
    return [_place(line) for line in outcome.out.splitlines()]


def _place(line: str) -> str:
    file, number, rest = line.split(":", 2)
    return f"{file}:{number} {rest.rpartition('(')[2].rstrip(')')}"


def _gauge(reset: str) -> str:
    return reset.replace("Counter", "Gauge")


def test_nothing_is_new_before_something_changes(shell: Shell, repository: Repository) -> None:
    assert _new(shell) == []
    outcome = shell.run("--new-from", "main")
    assert outcome.code == 0
    assert "Not reported: 1 finding outside of the change" in outcome.err


@pytest.mark.parametrize("state", ["committed", "staged", "in the tree", "untracked"])
def test_what_is_new_is_reported_however_far_it_got(
    shell: Shell, repository: Repository, reset: str, state: str
) -> None:
    shell.write("gauge.go", _gauge(reset))
    if state == "committed":
        repository.commit()
    elif state == "staged":
        repository.git("add", "gauge.go")
    elif state == "in the tree":
        shell.write("gauge.go", "package m\n")
        repository.commit()
        shell.write("gauge.go", _gauge(reset))
    assert _new(shell) == ["gauge.go:11 load-then-store"]


def test_ignored_files_are_not_new(shell: Shell, repository: Repository, reset: str) -> None:
    shell.write(".gitignore", "gauge.go\n")
    shell.write("gauge.go", _gauge(reset))
    assert _new(shell) == []


def test_lines_that_only_moved_are_not_new(shell: Shell, repository: Repository, reset: str) -> None:
    shell.write("counter.go", reset.replace("type Counter", "// Counter counts.\n\ntype Counter"))
    repository.commit()
    assert _new(shell) == []


def test_a_new_unlocked_access_makes_the_finding_new_wherever_it_is_shown(shell: Shell, repository: Repository) -> None:
    """The finding stands at the old write; what is new is the read that it hangs on."""
    shell.write("global.go", "package m\n\nvar level int\n\nfunc Raise() {\n\tgo func() { level++ }()\n}\n")
    repository.git("switch", "--quiet", "main")
    repository.commit()
    repository.git("switch", "--quiet", "--create", "reads")
    assert _new(shell) == []
    shell.write("reader.go", "package m\n\nfunc Level() int { return level }\n\nfunc Watch() { go Level() }\n")
    assert _new(shell) == ["global.go:6 global-write-race"]


@pytest.mark.parametrize("other", ["", "\ts.mu.RLock()\n\tdefer s.mu.RUnlock()\n"])
def test_an_old_access_is_new_when_its_lock_is_taken_away(shell: Shell, repository: Repository, other: str) -> None:
    """However far below the lock it stands, as long as it is in the same function."""
    lock = "\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n"
    work = '\tif true {\n\t\tprintln("well")\n\t}\n\tprintln("a")\n\tprintln("b")\n'
    store = STORE.replace("sync.Mutex", "sync.RWMutex")
    clear = f"\nfunc (s *Store) Clear() {{\n{lock}{work}\ts.items = nil\n}}\n"
    after = "\nfunc end(done chan int) {\n\tclose(done)\n\tclose(done)\n}\n"
    shell.write("store.go", store + clear + after)
    repository.commit()
    repository.git("branch", "--force", "main")
    assert _new(shell) == []
    changed = store + clear.replace(lock, other) + after
    shell.write("store.go", changed)
    line = changed[: changed.index(work) + len(work)].count("\n") + 1
    assert [place.split()[0] for place in _new(shell)] == [f"store.go:{line}"]


def test_a_renamed_file_is_not_new_but_what_changed_in_it_is(shell: Shell, repository: Repository) -> None:
    repository.git("mv", "counter.go", "total.go")
    repository.git("mv", "store.go", "keep.go")
    shell.write("keep.go", STORE + UNLOCKED)
    repository.commit()
    assert [place.split()[0] for place in _new(shell)] == ["keep.go:29"]


def test_only_this_branchs_side_of_a_history_counts(shell: Shell, repository: Repository, reset: str) -> None:
    shell.write("gauge.go", _gauge(reset))
    repository.commit("On the branch")
    repository.git("switch", "--quiet", "main")
    shell.write("meter.go", reset.replace("Counter", "Meter"))
    repository.commit("On main, afterwards")
    repository.git("switch", "--quiet", "topic")
    assert _new(shell) == ["gauge.go:11 load-then-store"]
    repository.git("merge", "--quiet", "--no-edit", "main")
    assert (shell.root / "meter.go").exists()
    assert _new(shell) == ["gauge.go:11 load-then-store"]


def test_a_merge_of_two_branches(shell: Shell, repository: Repository, reset: str) -> None:
    shell.write("gauge.go", _gauge(reset))
    repository.commit()
    repository.git("switch", "--quiet", "--create", "other", "main")
    shell.write("meter.go", reset.replace("Counter", "Meter"))
    repository.commit()
    repository.git("merge", "--quiet", "--no-edit", "topic")
    assert _new(shell) == ["gauge.go:11 load-then-store", "meter.go:11 load-then-store"]
    assert _new(shell, base="topic") == ["meter.go:11 load-then-store"]


def test_from_a_folder_below_and_through_a_link(
    shell: Shell,
    repository: Repository,
    reset: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    shell.write("deep/gauge.go", _gauge(reset).replace("package m", "package deep"))
    repository.commit()
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(shell.root)
    for folder in (shell.root / "deep", link / "deep"):
        monkeypatch.chdir(folder)
        assert _new(shell) == ["gauge.go:11 load-then-store"]


def test_settings_and_attributes_of_a_repository_change_nothing(
    shell: Shell, repository: Repository, reset: str
) -> None:
    for key, value in {
        "diff.noprefix": "true",
        "diff.external": "touch executed",
        "diff.context": "20",
        "diff.go.textconv": "touch converted",
        "diff.renames": "false",
        "color.ui": "always",
        "core.quotePath": "true",
    }.items():
        repository.git("config", key, value)
    shell.write(".gitattributes", "*.go binary diff=go\n")
    repository.git("mv", "counter.go", "grün total.go")
    shell.write('odd "gauge\\.go', _gauge(reset))
    repository.commit()
    assert _new(shell) == ['odd "gauge\\.go:11 load-then-store']
    assert not (shell.root / "executed").exists()
    assert not (shell.root / "converted").exists()


def test_a_shallow_clone_is_told_what_it_lacks(
    shell: Shell,
    repository: Repository,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    reset: str,
) -> None:
    for number in range(3):
        shell.write("gauge.go", f"package m\n\nconst n = {number}\n")
        repository.commit()
    repository.git("switch", "--quiet", "main")
    shell.write("meter.go", reset.replace("Counter", "Meter"))
    repository.commit()
    clone = tmp_path_factory.mktemp("clones") / "shallow"
    repository.git("clone", "--quiet", "--depth=1", "--branch=topic", f"file://{repository.root}", str(clone))
    monkeypatch.chdir(clone)
    outcome = shell.run("--new-from", "origin/main")
    assert outcome.code == 2
    assert outcome.err.startswith("pubcheck: there is no revision 'origin/main'; the clone is shallow")
    assert "git fetch --unshallow" in outcome.err
    inside = Repository(clone, clone.parent)
    inside.git("fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    outcome = shell.run("--new-from", "origin/main")
    assert outcome.code == 2
    assert outcome.err.startswith(
        "pubcheck: it can't be told where HEAD and 'origin/main' parted: the clone is shallow"
    )
    inside.git("fetch", "--quiet", "--unshallow", "origin")
    assert _new(shell, base="origin/main") == []


@pytest.mark.parametrize("revision", ["nowhere", "--output=stolen", "HEAD:counter.go", "", "main..topic", "a b"])
def test_what_is_no_revision_is_told(shell: Shell, repository: Repository, revision: str) -> None:
    outcome = shell.run(f"--new-from={revision}")
    assert outcome.code == 2
    assert outcome.err == f"pubcheck: there is no revision {revision!r}\n"
    assert not (shell.root / "stolen").exists()


def test_histories_with_nothing_in_common_are_told(shell: Shell, repository: Repository) -> None:
    repository.git("switch", "--quiet", "--orphan", "new")
    shell.write("a.go", "package m\n")
    repository.commit()
    outcome = shell.run("--new-from", "main")
    assert (outcome.code, "their histories have nothing in common" in outcome.err) == (2, True)


def test_no_repository_no_commit_no_git_are_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(shell.root.parent))
    shell.write("a.go", "package m\n")
    outcome = shell.run("--new-from", "main")
    assert (outcome.code, "not a git repository" in outcome.err) == (2, True)
    Repository(shell.root, tmp_path_factory.mktemp("home")).git("init", "--quiet")
    outcome = shell.run("--new-from", "main")
    assert (outcome.code, outcome.err) == (2, "pubcheck: the repository has no commit yet\n")
    monkeypatch.setenv("PATH", str(shell.root))
    outcome = shell.run("--new-from", "main")
    assert (outcome.code, outcome.err) == (2, "pubcheck: git can't be run: No such file or directory\n")


def test_fixes_are_made_in_what_is_new_alone(shell: Shell, repository: Repository, reset: str) -> None:
    both = reset + _gauge(reset).partition("\n\n")[2].partition("\n\n")[2]
    shell.write("counter.go", both)
    outcome = shell.run("--fix", "--new-from", "main")
    assert "Fixed 1 of 1 finding" in outcome.err
    text = (shell.root / "counter.go").read_text()
    assert "c.n.Store(0)" in text
    assert text.count(".Swap(0)") == 1


def _patched(shell: Shell, patch: str) -> list[str]:
    path = shell.write("change.patch", patch)
    outcome = shell.run("-q", "--output-format", "concise", "--new-from-patch", str(path))
    assert outcome.code in (0, 1), outcome.err
    return [_place(line) for line in outcome.out.splitlines()]


def test_a_patch_of_git(shell: Shell, repository: Repository) -> None:
    shell.write("store.go", STORE + UNLOCKED)
    repository.commit("Size\n\n--- a word that looks like a patch\n+++ and another")
    for patch in (repository.git("diff", "main"), repository.git("format-patch", "--stdout", "main")):
        assert [place.split()[0] for place in _patched(shell, patch)] == ["store.go:29"]


def test_a_patch_without_git(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    shell.write("gauge.go", _gauge(reset))
    head = "--- gauge.go\t2026-01-01 00:00:00\n+++ gauge.go\t2026-01-02 00:00:00\n"
    assert _patched(shell, head + "@@ -10,1 +10,2 @@\n \tn := c.n.Load()\n+\tc.n.Store(0)\n") == [
        "gauge.go:11 load-then-store"
    ]
    assert _patched(shell, head + '@@ -2,1 +2,2 @@\n \n+import "sync/atomic"\n') == []


def test_a_patch_made_further_up(shell: Shell, reset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("inner/gauge.go", reset)
    patch = "--- a/inner/gauge.go\n+++ b/inner/gauge.go\n@@ -10,1 +10,2 @@\n \tn := c.n.Load()\n+\tc.n.Store(0)\n"
    monkeypatch.chdir(shell.root / "inner")
    assert _patched(shell, patch) == ["gauge.go:11 load-then-store"]


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ("words\n", "change.patch isn't a unified diff: no file is named in it"),
        ("--- a/a.go\n+++ b/a.go\n@@ -1,5 +1,5 @@\n-x\n", "change.patch isn't a unified diff: "),
        ("@@ -1 +1 @@\n-x\n+y\n", "change.patch isn't a unified diff: "),
        ("--- a/b.go\n+++ b/b.go\n@@ -1 +1 @@\n-x\n+y\n", "changes b/b.go and there is no such file"),
    ],
)
def test_what_is_no_patch_of_this_is_told(shell: Shell, patch: str, said: str) -> None:
    shell.write("a.go", "package m\n")
    shell.write("change.patch", patch)
    outcome = shell.run("--new-from-patch", "change.patch")
    assert (outcome.code, said in outcome.err) == (2, True), outcome.err


def test_a_patch_that_is_not_applied_is_told(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    patch = "--- a/counter.go\n+++ b/counter.go\n@@ -9,0 +10,1 @@\n+\tn := 0\n"
    shell.write("change.patch", patch)
    outcome = shell.run("--new-from-patch", "change.patch")
    assert outcome.code == 2
    assert f"change.patch isn't applied: line 10 of {shell.root}/counter.go isn't the one" in outcome.err


def test_a_patch_that_changes_no_go_makes_nothing_new(shell: Shell, reset: str) -> None:
    shell.write("counter.go", reset)
    assert _patched(shell, "") == []
    assert _patched(shell, "--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-x\n+y\n") == []
    outcome = shell.run("--new-from-patch", "nowhere.patch")
    assert (outcome.code, outcome.err) == (2, "pubcheck: nowhere.patch: can't be read: No such file or directory\n")
