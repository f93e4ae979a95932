"""The process that an editor starts: how it begins and how it ends. What it answers is tested in `tests/lsp`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import IO, Any

_PATIENCE = 60


def _send(stream: IO[bytes], message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0"} | message).encode()
    stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    stream.flush()


def _read(stream: IO[bytes]) -> dict[str, Any]:
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    message: dict[str, Any] = json.loads(stream.read(length))
    return message


def test_it_ends_without_a_word_when_it_is_told_to() -> None:
    """What it wrote then would be the last words that an editor shows."""
    command = [sys.executable, "-m", "pubcheck", "server"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stderr is not None
        _send(server.stdin, {"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
        assert _read(server.stdout)["result"]["serverInfo"]["name"] == "pubcheck"
        _send(server.stdin, {"id": 2, "method": "shutdown"})
        assert _read(server.stdout) == {"jsonrpc": "2.0", "id": 2, "result": None}
        _send(server.stdin, {"method": "exit"})
        assert server.wait(_PATIENCE) == 0
        assert server.stderr.read() == b""
