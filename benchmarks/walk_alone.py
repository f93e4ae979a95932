"""Reads and hashes the Go files below the folder in its first argument: what any run that trusts nothing must do."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path


def main() -> None:
    """Print how many files there are."""
    count = 0
    for folder, folders, files in os.walk(sys.argv[1]):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in files:
            if name.endswith(".go"):
                hashlib.blake2b(Path(folder, name).read_bytes()).digest()
                count += 1
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main()
