"""``python -m pubcheck``."""

import sys

from pubcheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
