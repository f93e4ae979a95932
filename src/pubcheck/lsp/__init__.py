"""The language server: findings, fixes and facts while the code is typed.

Two processes. The *server* speaks the protocol: it keeps the texts of open documents, waits until typing pauses, and
turns answers into the protocol's values; none of its handlers does more than wait. The *worker*, which it starts, holds
the sessions that analyse. They exchange the values of ``messages`` over pipes, so that no analysis ever holds up a key
that is pressed, and a worker that dies costs nothing but the time to start another one.
"""
