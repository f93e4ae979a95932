"""Hold our model against go/types and list where they differ.

    python scripts/disagreements.py [--hidden] [--most N] PACKAGE...

A package is an import path of the standard library or a directory. With ``--hidden`` every import comes from the
built-in table, as where there is no GOROOT.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from referee import Referee, compare, goroot, load  # noqa: E402 the tests' own door


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", metavar="PACKAGE")
    parser.add_argument("--hidden", action="store_true", help="take imports from the built-in table")
    parser.add_argument("--most", type=int, default=40, metavar="N", help="disagreements listed a package (40)")
    options = parser.parse_args()

    env = os.environ | {"GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-mod=mod"}
    std = goroot(env) / "src"
    directories = [Path(name).resolve() if Path(name).is_dir() else std / name for name in options.packages]
    packages = load(directories, std.parent, hidden=options.hidden)
    referee = Referee(ROOT / ".pytest_cache" / "referee", env)
    places = {path: package.source.directory for path, package in packages.items() if package.source}
    for verdict in referee.verdicts(places):
        path = verdict.package.path
        comparison = compare(verdict, packages[path])
        print(comparison.line())
        for one in comparison.disagreements[: options.most]:
            print(f"  {one.place(places[path])}: {one.kind} {one.aspect}: {one.wanted}, ours: {one.found or 'unknown'}")


if __name__ == "__main__":
    main()
