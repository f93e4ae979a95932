"""Laws of the planner, whatever stands on a pull request."""

from __future__ import annotations

from collections import Counter

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pubcheck.diagnostic import Severity, fingerprint
from pubcheck.review.comment import Writer
from pubcheck.review.conversation import Conversation, Mark, State, Sticky, Thread, mark_in, memory_in
from pubcheck.review.diff import file_diff
from pubcheck.review.finding import Edit, Finding, Fix, Place, Point, Range
from pubcheck.review.plan import Limits, Plan, plan

LINES = 12
NAMES = [fingerprint("rule", "m", str(number), "", 0) for number in range(10)]
PATCH = "\n".join((f"@@ -0,0 +1,{LINES} @@", *(f"+line {number}" for number in range(1, LINES + 1))))

texts = st.text(st.one_of(st.characters(), st.sampled_from("`<>@#!-\n\r\0")), max_size=40)
places = st.builds(
    lambda path, line: (path, Range(Point(line, 1), Point(line, 3))),
    st.sampled_from(["a.go", "b.go", ""]),
    st.integers(1, 20),
)


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=8))
    return tuple(draw(finding(name)) for name in chosen)


@st.composite
def finding(draw: st.DrawFn, name: str) -> Finding:
    path, where = draw(places)
    related = tuple(Place(draw(texts), *draw(places)) for _ in range(draw(st.integers(0, 2))))
    edit = Edit(path, where, draw(texts))
    return Finding(
        rule="load-then-store",
        severity=draw(st.sampled_from(Severity)),
        message=draw(texts),
        path=path,
        range=where,
        fingerprint=name,
        because=tuple(draw(st.lists(texts, max_size=2))),
        related=related,
        fixes=(Fix("Mend it", draw(st.booleans()), (edit,)),) if draw(st.booleans()) else (),
        help=draw(texts),
    )


@st.composite
def threads(draw: st.DrawFn) -> tuple[Thread, ...]:
    chosen = draw(st.lists(st.sampled_from(NAMES), max_size=8))
    return tuple(draw(thread(str(number), name)) for number, name in enumerate(chosen))


@st.composite
def thread(draw: st.DrawFn, number: str, name: str) -> Thread:
    mark = Mark(name, draw(st.sampled_from(State)), 0, draw(st.sampled_from(["0" * 16, "f" * 16])))
    return Thread(
        id=number,
        comment=f"c{number}",
        mark=mark,
        resolved=draw(st.booleans()),
        hidden=draw(st.booleans()),
        last=draw(st.integers(0, LINES)),
        body=f"what it says\n\n{mark.line()}",
    )


conversations = st.builds(
    lambda standing: Conversation(
        head="c" * 40,
        blob="https://forge.example/o/r/blob/c",
        files={"a.go": file_diff("a.go", "", PATCH)},
        threads=standing,
    ),
    threads(),
)
limits = st.builds(Limits, comments=st.integers(0, 6), closing=st.booleans())


def done(planned: Plan, before: Conversation) -> Conversation:
    """What stands on a forge after the plan."""
    standing = {one.id: one for one in before.threads}
    for one in planned.opened:
        standing[one.id] = msgspec.structs.replace(standing[one.id], resolved=False, hidden=False)
    for rewrite in planned.rewrites:
        mark = mark_in(rewrite.body)
        assert mark is not None
        old = standing[rewrite.thread.id]
        standing[old.id] = msgspec.structs.replace(old, body=rewrite.body, mark=mark)
    for one in planned.closed:
        standing[one.id] = msgspec.structs.replace(standing[one.id], resolved=True)
    for comment in planned.comments:
        name = f"n{len(standing)}"
        standing[name] = Thread(name, f"c{name}", comment.mark, last=comment.last, body=comment.body)
    sticky = before.sticky
    if planned.summary is not None:
        memory = memory_in(planned.summary)
        assert memory is not None
        sticky = Sticky("s", memory)
    return msgspec.structs.replace(before, threads=tuple(standing.values()), sticky=sticky)


def planned_for(found: tuple[Finding, ...], there: Conversation, bounds: Limits) -> Plan:
    return plan(found, there, Writer(there, None), bounds)


@given(findings(), conversations, limits)
def test_what_is_planned_is_found_done(found: tuple[Finding, ...], there: Conversation, bounds: Limits) -> None:
    after = done(planned_for(found, there, bounds), there)
    after = done(planned_for(found, after, bounds), after)  # the summary links to threads that there are by now
    again = planned_for(found, after, bounds)
    assert not again.touches_threads
    assert again.summary is None


@given(st.lists(findings(), min_size=2, max_size=4), conversations, limits)
def test_nothing_is_said_twice(pushes: list[tuple[Finding, ...]], there: Conversation, bounds: Limits) -> None:
    had = Counter(one.mark.fingerprint for one in there.threads)
    for found in pushes:
        there = done(planned_for(found, there, bounds), there)
    for name, number in Counter(one.mark.fingerprint for one in there.threads).items():
        assert number == max(had[name], 1)


@given(findings(), conversations, limits)
def test_what_a_person_resolved_is_not_touched(found: tuple[Finding, ...], there: Conversation, bounds: Limits) -> None:
    planned = planned_for(found, there, bounds)
    touched = {one.id for one in (*planned.opened, *planned.closed, *(one.thread for one in planned.rewrites))}
    assert not touched & {one.id for one in there.threads if one.settled}


@given(findings(), conversations, limits)
def test_comments_are_within_bounds(found: tuple[Finding, ...], there: Conversation, bounds: Limits) -> None:
    planned = planned_for(found, there, bounds)
    assert len(planned.comments) <= bounds.comments
    for one in planned.comments:
        assert 1 <= one.first <= one.last <= LINES
        assert one.path == "a.go"
        assert len(one.body) < 65_536
        assert mark_in(one.body) == one.mark
    if not bounds.closing:
        assert {one.mark.fingerprint for one in planned.closed} <= {one.mark.fingerprint for one in there.threads}


@given(findings(), conversations)
def test_what_was_deleted_is_not_said_again(found: tuple[Finding, ...], there: Conversation) -> None:
    after = done(planned_for(found, there, Limits()), there)
    if after.sticky is None:
        return
    bare = msgspec.structs.replace(after, threads=())
    said = {one.mark.fingerprint for one in after.threads}
    assert not said & {one.fingerprint for one in planned_for(found, bare, Limits()).comments}


def test_the_longest_finding_fits_into_a_comment() -> None:
    huge = "`@#*<" * 400
    where = Range(Point(2, 1), Point(2, 2))
    one = Finding(
        rule="load-then-store",
        severity=Severity.ERROR,
        message=huge,
        path="a.go",
        range=where,
        fingerprint=NAMES[0],
        because=(huge,) * 50,
        related=tuple(Place(huge, "a.go", where) for _ in range(50)),
        fixes=(Fix("Mend it", True, (Edit("a.go", where, "`" * 60_000),)),),
        help=huge,
    )
    wide = PATCH.replace("line", "line " + "`" * 5_000)
    there = Conversation(head="c" * 40, blob="https://f", files={"a.go": file_diff("a.go", "", wide)})
    planned = planned_for((one,), there, Limits())
    assert len(planned.comments[0].body) < 65_536
    brief = msgspec.structs.replace(one, because=(), related=(), fixes=(), help="")
    many = [msgspec.structs.replace(brief, fingerprint=f"{number:032x}") for number in range(3000)]
    for found in (many[:2500], many):
        planned = planned_for(tuple(found), there, Limits(comments=3000))
        assert planned.summary is not None
        assert len(planned.summary) < 65_536
