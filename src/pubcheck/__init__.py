"""pubcheck finds data races, broken publications and lock misuse in Go source, without building it."""

__version__ = "0.1.0"
