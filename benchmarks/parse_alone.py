"""Parses, with tree-sitter alone, the files that a check of a folder looks at; prints what it took as JSON."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from time import process_time

import tree_sitter
import tree_sitter_go

from pubcheck.model.project import Project, Target


def main() -> None:
    """Parse the folder in the first argument, with tests if the second isn't empty."""
    project = Project.load(["./..."], Path(sys.argv[1]), Target(tests=bool(sys.argv[2])))
    packages = [source for level in project.order(dependencies=True) for source in level]
    contents = [file.source.data for source in packages for file in source.files]
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))
    gc.disable()
    started = process_time()
    for data in contents:
        parser.parse(data)
    seconds = process_time() - started
    lines = sum(data.count(b"\n") for data in contents)
    result = {"seconds": seconds, "files": len(contents), "bytes": sum(map(len, contents)), "lines": lines}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
