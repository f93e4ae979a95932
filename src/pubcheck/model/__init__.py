"""Names, scopes, symbols and types of Go, without a compiler."""
