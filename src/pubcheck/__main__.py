"""``python -m pubcheck``."""

from pubcheck.cli import program

if __name__ == "__main__":
    program()
