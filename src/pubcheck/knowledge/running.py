"""Functions that run the function values that they are given, and those that end the goroutine or the program."""

from __future__ import annotations

from pubcheck.facts import Start
from pubcheck.knowledge.effect import CallsFunction, Exits, StartsFunction, Table, functions, methods, rows

_STARTED_SECOND = StartsFunction(1, Start.STARTER)

_starters: Table = (
    rows("time.AfterFunc context.AfterFunc", _STARTED_SECOND)
    | methods("*golang.org/x/sync/errgroup.Group", "Go TryGo", _STARTED_SECOND)
    | methods("*golang.org/x/sync/singleflight.Group", "DoChan", StartsFunction(2, Start.STARTER))
    | methods("*github.com/sourcegraph/conc.WaitGroup", "Go", _STARTED_SECOND)
    | methods("*testing.B", "RunParallel", StartsFunction(1, Start.HANDLER))
    | rows("net/http.HandleFunc net/http.Handle", StartsFunction(1, Start.HANDLER))
    | methods("*net/http.ServeMux", "HandleFunc Handle", StartsFunction(2, Start.HANDLER))
    | rows("expvar.Publish", StartsFunction(1, Start.HANDLER))
    | methods("*net/http.Server", "RegisterOnShutdown", _STARTED_SECOND)
)

# What is measured is asked for whenever somebody collects it.
_PROMETHEUS = "github.com/prometheus/client_golang/prometheus"
_MEASURED = "NewGaugeFunc NewCounterFunc NewUntypedFunc"
for _package in (_PROMETHEUS, f"{_PROMETHEUS}/promauto"):
    _starters |= functions(_package, _MEASURED, _STARTED_SECOND)
_starters |= methods(f"{_PROMETHEUS}/promauto.Factory", _MEASURED, StartsFunction(2, Start.STARTER))
_starters |= functions("github.com/VictoriaMetrics/metrics", "NewGauge GetOrCreateGauge", _STARTED_SECOND)
_starters |= methods(
    "*github.com/VictoriaMetrics/metrics.Set", "NewGauge GetOrCreateGauge", StartsFunction(2, Start.STARTER)
)
_starters |= methods("*github.com/robfig/cron/v3.Cron", "AddFunc", StartsFunction(2, Start.STARTER))

_callers: Table = (
    functions("sort", "Slice SliceStable SliceIsSorted Search", CallsFunction(1))
    | functions(
        "slices",
        "BinarySearchFunc CompactFunc ContainsFunc DeleteFunc IndexFunc IsSortedFunc MaxFunc MinFunc SortFunc "
        "SortStableFunc",
        CallsFunction(1),
    )
    | functions("slices", "EqualFunc CompareFunc", CallsFunction(2))
    | rows("maps.DeleteFunc", CallsFunction(1))
    | functions("strings", "FieldsFunc IndexFunc LastIndexFunc TrimFunc ContainsFunc", CallsFunction(1))
    | functions("strings", "Map", CallsFunction(0))
    | functions("path/filepath", "Walk WalkDir", CallsFunction(1))
    | rows("io/fs.WalkDir", CallsFunction(2))
    | methods("*golang.org/x/sync/singleflight.Group", "Do", CallsFunction(2))
    | methods("*testing.T", "Run", CallsFunction(2))
    | methods("*testing.B", "Run", CallsFunction(2))
)

_ends: Table = rows(
    "os.Exit runtime.Goexit log.Fatal log.Fatalf log.Fatalln log.Panic log.Panicf log.Panicln", Exits()
) | methods("*log.Logger", "Fatal Fatalf Fatalln Panic Panicf Panicln", Exits())
for _owner in ("*testing.common", "*testing.T", "*testing.B", "*testing.F", "testing.TB"):
    _ends |= methods(_owner, "FailNow Fatal Fatalf Skip SkipNow Skipf", Exits())

LAUNCHERS = frozenset(("", "(*sync.WaitGroup).Go", "(*golang.org/x/sync/errgroup.Group).Go"))
"""What starts a goroutine there and then, by ``Spawn.by``: a go statement, and groups that count what they start."""

ASSERTING = frozenset(
    ("github.com/stretchr/testify/require", "gotest.tools/assert", "gotest.tools/v3/assert", "gotest.tools/v3/golden")
)
"""Packages whose functions end the test, as ``FailNow`` does, when what they assert doesn't hold."""

COMMANDS = frozenset(
    ("github.com/spf13/cobra", "github.com/urfave/cli", "github.com/urfave/cli/v2", "github.com/urfave/cli/v3")
)
"""Packages that run one function for the command that somebody has typed, and give it that; then the program ends."""

TABLE: Table = _starters | _callers | _ends
"""Rows that another table has too (``sort.Slice`` also mutates) are merged by ``knowledge``."""
