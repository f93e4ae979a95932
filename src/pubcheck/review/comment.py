"""What a comment on a finding says: what is wrong and why, a fix to click on, and the other side, folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.report.markup import code, fenced, prose, visible
from pubcheck.review.conversation import Mark, State, digest
from pubcheck.review.suggestion import Suggestion, suggested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pubcheck.review.conversation import Conversation, Thread
    from pubcheck.review.diff import FileDiff
    from pubcheck.review.finding import Finding, Place
    from pubcheck.review.tree import Tree

LONGEST = 65_000
"""Characters of a body. GitHub refuses 65,536 of them."""
_REASONS = 6
_PLACES = 4
_CONTEXT = 3
"""Lines of a snippet on either side of its own."""
_COLUMNS = 300
"""Characters of a line in a snippet."""
_SUGGESTED = 8_000
"""Characters of a suggestion."""


class Comment(msgspec.Struct, frozen=True, gc=False):
    """A comment as it is to stand, on the lines ``first`` to ``last`` of the new file."""

    fingerprint: str
    title: str
    path: str
    first: int
    last: int
    body: str
    mark: Mark


class Writer:
    """Writes the comments of one pull request."""

    def __init__(
        self, conversation: Conversation, tree: Tree | None, fence: Callable[[Suggestion], str] | None = None
    ) -> None:
        """Cut snippets from ``tree``, or from the diff where it has none.

        Args:
            conversation: the pull request.
            tree: the checkout, if there is one.
            fence: makes a suggestion as the forge has it; GitHub's by default.
        """
        self._conversation = conversation
        self._tree = tree
        self._fence = fence or suggestion_fence

    def comment(self, finding: Finding, file: FileDiff) -> Comment:
        """The comment for a finding on a line that ``file`` shows."""
        fix = self._suggestion(finding, file)
        first, last = (fix.first, fix.last) if fix else (finding.line, finding.line)
        return self._assembled(finding, first, last, fix)

    def rewritten(self, finding: Finding, thread: Thread, file: FileDiff | None) -> Comment:
        """The comment for a finding that has a thread; a suggestion replaces the lines that the thread hangs on."""
        fix = self._suggestion(finding, file) if file else None
        if fix is not None and (fix.first, fix.last) != (thread.first, thread.last):
            fix = None
        return self._assembled(finding, thread.first, thread.last, fix)

    def shows(self, finding: Finding) -> FileDiff | None:
        """The file that shows the finding's line, as the report knows that line."""
        file = self._conversation.files.get(finding.path)
        return file if file and self._agrees(file, finding.line, finding.line) else None

    def _agrees(self, file: FileDiff, first: int, last: int) -> bool:
        """Whether the diff has these lines, and the checkout, if it is there, has the same.

        A checkout may be another commit than the pull request's: by default a merge with the base, as it is by now.
        """
        shown = file.lines(first, last)
        if shown is None:
            return False
        local = self._tree.lines(file.path) if self._tree else None
        return local is None or [*local[first - 1 : last]] == [line.text.removesuffix("\r") for line in shown]

    def _suggestion(self, finding: Finding, file: FileDiff) -> Suggestion | None:
        fix = suggested(finding, file)
        if fix is None or len(fix.text) > _SUGGESTED or not self._agrees(file, fix.first, fix.last):
            return None
        return fix

    def _assembled(self, finding: Finding, first: int, last: int, fix: Suggestion | None) -> Comment:
        said = [*_statement(finding)]
        if fix is not None:
            said.append(self._fence(fix))
        elif any(one.safe for one in finding.fixes):
            said.append("<code>pubcheck --fix</code> mends it.")
        shown = [*self._places(finding.sides)]
        mark = Mark(
            finding.fingerprint, State.OPEN, last - first, digest("\0".join((*said, *(text for _, text in shown))))
        )
        folded = _folded([heading + text for heading, text in shown])
        body = _joined(*said, folded, _foot(finding), mark.line())
        if len(body) > LONGEST:
            body = _joined(*said, _foot(finding), mark.line())
        return Comment(finding.fingerprint, finding.title, finding.path, first, last, body, mark)

    def _places(self, places: Sequence[Place]) -> Iterator[tuple[str, str]]:
        """For each place its heading with the line, which moves with every push, and what is there."""
        for place in places[:_PLACES]:
            if not place.path:
                continue
            line = place.range.start.line
            heading = f"[{code(f'{place.path}:{line}')}]({self._conversation.link(place.path, line)}): "
            who = f" ({place.goroutine})" if place.goroutine else ""
            yield heading, f"{prose(place.message + who)}\n\n{self._snippet(place)}"

    def _snippet(self, place: Place) -> str:
        number = place.range.start.line
        lines = self._tree.lines(place.path) if self._tree else None
        if lines is not None:
            around = [*lines[max(number - 1 - _CONTEXT, 0) : number + _CONTEXT]]
        else:
            file = self._conversation.files.get(place.path)
            around = [line.text for line in file.around(number, _CONTEXT)] if file else []
        return fenced(visible(line[:_COLUMNS] for line in around), "go") if around else ""


def suggestion_fence(fix: Suggestion) -> str:
    """A suggestion as GitHub has it: it replaces the lines of its comment."""
    return fenced(fix.text, "suggestion")


def gone(thread: Thread, commit: str) -> str:
    """What the comment of ``thread`` says once its finding is gone: the same, under a line that says so."""
    mark = msgspec.structs.replace(thread.mark, state=State.GONE)
    body = thread.body.replace(thread.mark.line(), mark.line())
    return f"*No longer found, as of {code(commit[:10])}.*\n\n{body}"


def _statement(finding: Finding) -> Iterator[str]:
    yield f"**{finding.severity}** {code(finding.rule)}: {_sentence(finding.message)}"
    if finding.because:
        yield "\n".join(f"- {_sentence(text)}" for text in finding.because[:_REASONS])
    if finding.help:
        yield f"**What to do:** {_sentence(finding.help)}"


def _folded(parts: Sequence[str]) -> str:
    if not parts:
        return ""
    return _joined("<details><summary>The other side</summary>", *parts, "</details>")


def _foot(finding: Finding) -> str:
    return f"<sub>{code(f'pubcheck explain {finding.rule}')} tells more.</sub>"


def _sentence(text: str) -> str:
    text = text.strip()
    return prose(text if text.endswith((".", "!", "?")) else f"{text}.")


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part)
