"""The edits that rules offer: one module a kind of change, drafted from the source as its author wrote it."""
