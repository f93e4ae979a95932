"""One repetition, in a fresh process: prints what it measured as JSON."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter

import tree_sitter
import tree_sitter_go

from pubcheck.engine import Config, check
from pubcheck.model.project import Project, Target


def main() -> None:
    """Measure the folder in the first argument, with tests if the second isn't empty."""
    checkout, tests = Path(sys.argv[1]), bool(sys.argv[2])
    contents = _contents(checkout, tests=tests)
    parse = _parse_time(contents)
    started = perf_counter()
    report = check(["./..."], Config(tests=tests), cwd=checkout)
    total = perf_counter() - started
    result = {
        "files": len(contents),
        "bytes": sum(map(len, contents)),
        "lines": report.stats.lines,
        "findings": len(report.diagnostics),
        "problems": len(report.problems),
        "parse": parse,
        "total": total,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "phases": report.stats.phases,
        "rules": report.stats.rules,
    }
    sys.stdout.write(json.dumps(result))


def _contents(checkout: Path, *, tests: bool) -> list[bytes]:
    """The files that a check of the folder looks at."""
    project = Project.load(["./..."], checkout, Target(tests=tests))
    packages = [source for level in project.order(dependencies=True) for source in level]
    return [file.source.data for source in packages for file in source.files]


def _parse_time(contents: list[bytes]) -> float:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))
    started = perf_counter()
    for data in contents:
        parser.parse(data)
    return perf_counter() - started


if __name__ == "__main__":
    main()
