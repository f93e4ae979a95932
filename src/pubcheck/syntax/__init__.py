"""Parsing: the only layer that knows tree-sitter."""
