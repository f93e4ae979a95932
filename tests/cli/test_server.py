"""The process that an editor starts: how it begins and how it ends. What it answers is tested in `tests/lsp`."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from typing import IO, Any

import pytest

_COMMAND = [sys.executable, "-m", "pubcheck", "server"]
_LOOPBACK = "127.0.0.1"
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
    pipe = subprocess.PIPE
    with subprocess.Popen(_COMMAND, stdin=pipe, stdout=pipe, stderr=pipe) as server:
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


def _port() -> int:
    """One that nobody listens on."""
    with socket.create_server((_LOOPBACK, 0)) as free:
        number: int = free.getsockname()[1]
        return number


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return socket.create_connection((_LOOPBACK, port))
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def test_on_a_port_it_serves_this_machine_alone() -> None:
    port = _port()
    with subprocess.Popen([*_COMMAND, "--tcp", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        with _connected(port) as connection, connection.makefile("rb") as said, connection.makefile("wb") as stream:
            if sys.platform == "linux":
                # All of 127.0.0.0/8 is this machine: whoever listens for everybody is reached there, too.
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection(("127.0.0.2", port))
            _send(stream, {"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
            assert _read(said)["result"]["serverInfo"]["name"] == "pubcheck"
            _send(stream, {"id": 2, "method": "shutdown"})
            assert _read(said)["result"] is None
            _send(stream, {"method": "exit"})
            assert server.wait(_PATIENCE) == 0
        assert server.communicate() == (b"", b"")


def test_on_a_port_it_ends_with_its_client() -> None:
    port = _port()
    with subprocess.Popen([*_COMMAND, "--tcp", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        with _connected(port) as connection, connection.makefile("rb") as said, connection.makefile("wb") as stream:
            _send(stream, {"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
            _read(said)
        server.wait(_PATIENCE)
        assert b"Traceback" not in server.communicate()[1]


@pytest.mark.parametrize("given", ["0.0.0.0:8000", "localhost", "0", "65536"])
def test_no_host_can_be_named_and_no_port_that_is_none(given: str) -> None:
    done = subprocess.run([*_COMMAND, "--tcp", given], capture_output=True, text=True, timeout=_PATIENCE, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{given} is no port: a number from 1 to 65535" in done.stderr


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server((_LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        command = [*_COMMAND, "--tcp", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"pubcheck: can't listen on port {port} of {_LOOPBACK}: Address already in use\n"


@pytest.mark.parametrize("lacking", ["pygls", "lsprotocol"])
def test_without_the_extra_it_says_what_to_install(lacking: str) -> None:
    without = f"import sys; sys.modules[{lacking!r}] = None; from pubcheck.cli import main; sys.exit(main(['server']))"
    done = subprocess.run(
        [sys.executable, "-c", without], capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    said = "pubcheck: the language server needs more than is installed here: pip install 'pubcheck[server]'\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
