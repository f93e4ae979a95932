"""What has changed since a revision: committed, staged, in the working tree, and in files that git doesn't know yet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.changes.reach import reached
from pubcheck.changes.unified import touched
from pubcheck.changes.values import Changes, ChangesError, Lines

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

_GO = "*.go"
_DIFF = (
    "diff",
    "--unified=0",
    "--inter-hunk-context=0",
    "--find-renames",
    "--text",  # whatever attributes say: a file that counts as binary would have no lines
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
_WHOLE = Lines(1, 1 << 40)
_UNSHALLOW = (
    "the clone is shallow, so its history is cut off: `git fetch --unshallow` gets it (with actions/checkout: "
    "`fetch-depth: 0`, with GitLab CI: `GIT_DEPTH: 0`)"
)


def changed_since(revision: str, folder: Path) -> Changes:
    """What differs from where ``HEAD`` and ``revision`` parted, in the repository around ``folder``.

    Raises:
        ChangesError: there is no git, no repository, no such revision, or no history that both have.
    """
    git = _Git(folder)
    top = Path(git.line("rev-parse", "--show-toplevel") or folder)
    base = _merge_base(git, revision)
    git = _Git(top)
    diff = touched(git.text(*_DIFF, base, "--", _GO))
    files = reached({str(top / name.removeprefix("b/")): each for name, each in diff.items()})
    files |= {str(top / name): [_WHOLE] for name in _untracked(git)}
    return Changes(files, f"since {revision}")


def _merge_base(git: _Git, revision: str) -> str:
    shallow = git.line("rev-parse", "--is-shallow-repository") == "true"
    if not git.succeeds("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
        raise ChangesError("the repository has no commit yet")
    known = not revision.startswith("-") and git.succeeds("rev-parse", "--verify", "--quiet", revision + "^{commit}")
    if not known:
        hint = f"; {_UNSHALLOW}" if shallow else ""
        raise ChangesError(f"there is no revision {revision!r}{hint}")
    found = git.run("merge-base", revision + "^{commit}", "HEAD")
    if found.returncode:
        why = _UNSHALLOW if shallow else "their histories have nothing in common"
        raise ChangesError(f"it can't be told where HEAD and {revision!r} parted: {why}")
    return _decoded(found.stdout).strip()


def _untracked(git: _Git) -> Iterator[str]:
    names = git.text("ls-files", "--others", "--exclude-standard", "-z", "--", _GO)
    return (name for name in names.split("\0") if name)


class _Git:
    """The git command in a folder, with what it says in English and nothing of its settings that changes a diff."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """What git did.

        Raises:
            ChangesError: there is no git.
        """
        import subprocess  # noqa: PLC0415 most runs ask nothing of git

        plain = ("-c", "core.quotePath=false", "-c", "core.fsmonitor=false")
        try:
            return subprocess.run(
                ("git", *plain, *arguments),
                cwd=self._folder,
                env=self._environment,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise ChangesError(f"git can't be run: {error.strerror or error}") from None

    def text(self, *arguments: str) -> str:
        """What git wrote.

        Raises:
            ChangesError: it failed; the text is what it says about that.
        """
        done = self.run(*arguments)
        if done.returncode:
            said = _decoded(done.stderr).strip().partition("\n")[0].removeprefix("fatal: ")
            raise ChangesError(said or f"git {arguments[0]} failed with exit code {done.returncode}")
        return _decoded(done.stdout)

    def line(self, *arguments: str) -> str:
        """What git wrote, without the newline."""
        return self.text(*arguments).removesuffix("\n")

    def succeeds(self, *arguments: str) -> bool:
        """Whether git ends with 0."""
        return not self.run(*arguments).returncode


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
