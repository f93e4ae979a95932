"""How much of real Go the grammar understands, repairs included.

    python scripts/grammar_errors.py DIR... [--list]

Prints files, files with an error and their share for each directory. Folders named testdata are left out: theirs is Go
that is meant to be broken.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pubcheck.source import SourceFile
from pubcheck.syntax import parse


def broken(path: Path) -> str | None:
    """The first problem of a file, as text."""
    errors = parse(SourceFile(str(path), path.read_bytes())).errors
    return f"{path}:{errors[0].span.start}: {errors[0].message}" if errors else None


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("directories", nargs="+", type=Path, metavar="DIR")
    arguments.add_argument("--list", action="store_true", help="name each file with its first problem")
    options = arguments.parse_args()
    files = failed = 0
    for directory in options.directories:
        paths = [path for path in sorted(directory.rglob("*.go")) if "testdata" not in path.parts and path.is_file()]
        problems = [problem for problem in map(broken, paths) if problem is not None]
        files += len(paths)
        failed += len(problems)
        print(f"{directory}: {_share(len(paths), len(problems))}")
        if options.list:
            print("\n".join(f"  {problem}" for problem in problems))
    print(f"all: {_share(files, failed)}")


def _share(files: int, failed: int) -> str:
    clean = 100 * (files - failed) / files if files else 100.0
    return f"{files} files, {failed} with errors, {clean:.3f} % clean"


if __name__ == "__main__":
    main()
