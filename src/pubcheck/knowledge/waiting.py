"""Functions that wait for the world outside: networks, disks, processes, databases, people, time.

A reader or writer behind an interface of package io, a buffer or an encoder does what the value behind it does: see
``Forwards`` and ``Wraps``. Where that isn't known it is a ``STREAM``, as is closing something: nobody is accused for
it, but it tells what a lock is there for.
"""

from __future__ import annotations

from pubcheck.facts import BlockKind
from pubcheck.knowledge.effect import Blocks, Forwards, Joins, ReadsItems, Table, Wraps, functions, methods, rows

_NETWORK = Blocks(BlockKind.NETWORK)
_DISK = Blocks(BlockKind.DISK)


def _on_receiver(kind: BlockKind, owners: str, names: str) -> Table:
    table: Table = {}
    for owner in owners.split():
        table |= methods(owner, names, Blocks(kind, 0))
    return table


_asking: Table = (
    functions(
        "net",
        "Dial DialTimeout DialTCP DialUDP DialUnix DialIP LookupAddr LookupCNAME LookupHost LookupIP LookupMX LookupNS "
        "LookupPort LookupSRV LookupTXT",
        _NETWORK,
    )
    | methods("*net.Dialer", "Dial DialContext DialTCP DialUDP DialUnix DialIP", _NETWORK)
    | methods(
        "*net.Resolver",
        "LookupAddr LookupCNAME LookupHost LookupIP LookupIPAddr LookupMX LookupNS LookupNetIP LookupPort LookupSRV "
        "LookupTXT",
        _NETWORK,
    )
    | functions("crypto/tls", "Dial DialWithDialer", _NETWORK)
    | methods("*crypto/tls.Dialer", "Dial DialContext", _NETWORK)
    | functions("net/smtp", "Dial SendMail", _NETWORK)
    | functions("net/rpc", "Dial DialHTTP DialHTTPPath", _NETWORK)
    | functions("net/http", "Get Head Post PostForm", _NETWORK)
    | _on_receiver(BlockKind.NETWORK, "*net/http.Client", "Do Get Head Post PostForm")
    | _on_receiver(BlockKind.NETWORK, "*net/http.Transport net/http.RoundTripper", "RoundTrip")
)

ROUND_TRIPS = frozenset(_asking)
"""Network operations that wait for somebody's answer, and work on no connection that would be the caller's own."""

_resolving: Table = functions("net", "ResolveIPAddr ResolveTCPAddr ResolveUDPAddr", _NETWORK)
"""They ask only for a host's name; what is mostly given to them is an address to listen at."""

_net: Table = (
    _asking
    | _resolving
    | _on_receiver(BlockKind.NETWORK, "net.Conn *net.TCPConn *net.UnixConn *net.UDPConn *net.IPConn", "Read Write")
    | _on_receiver(BlockKind.NETWORK, "net.PacketConn *net.UDPConn *net.UnixConn *net.IPConn", "ReadFrom WriteTo")
    | _on_receiver(BlockKind.NETWORK, "*net.UDPConn", "ReadFromUDP WriteToUDP ReadMsgUDP WriteMsgUDP")
    | _on_receiver(BlockKind.NETWORK, "net.Listener *net.UnixListener *net.TCPListener", "Accept")
    | _on_receiver(BlockKind.NETWORK, "*net.TCPListener", "AcceptTCP")
    | methods("*net.Buffers", "WriteTo", Forwards(1, "Write"))
    | _on_receiver(BlockKind.NETWORK, "*crypto/tls.Conn", "Read Write Handshake HandshakeContext")
    | _on_receiver(BlockKind.RPC, "*net/rpc.Client", "Call")
)

_http: Table = (
    functions("net/http", "ListenAndServe ListenAndServeTLS Serve ServeTLS", _NETWORK)
    | _on_receiver(BlockKind.NETWORK, "net/http.ResponseWriter", "Write")
    | rows("(net/http.Flusher).Flush", Blocks(BlockKind.NETWORK, 0))
    | functions("net/http", "ServeContent ServeFile ServeFileFS", Blocks(BlockKind.NETWORK, 0))
    | _on_receiver(BlockKind.NETWORK, "*net/http.Server", "ListenAndServe ListenAndServeTLS Serve ServeTLS Shutdown")
)

_os: Table = (
    functions(
        "os",
        "Chmod Chown Chtimes CopyFS Create CreateTemp Lchown Link Lstat Mkdir MkdirAll MkdirTemp Open OpenFile ReadDir "
        "ReadFile Readlink Remove RemoveAll Rename Stat Symlink Truncate WriteFile",
        _DISK,
    )
    | _on_receiver(
        BlockKind.DISK,
        "*os.File",
        "Read ReadAt ReadDir ReadFrom Readdir Readdirnames Stat Truncate Write WriteAt WriteString WriteTo",
    )
    | _on_receiver(BlockKind.FSYNC, "*os.File", "Sync")
    | rows("syscall.Fsync syscall.Fdatasync golang.org/x/sys/unix.Fsync", Blocks(BlockKind.FSYNC))
    | rows("golang.org/x/sys/unix.Fdatasync", Blocks(BlockKind.FSYNC))
    | functions("io/ioutil", "ReadDir ReadFile TempDir TempFile WriteFile", _DISK)
    | functions("path/filepath", "EvalSymlinks Glob Walk WalkDir", _DISK)
    | methods(
        "*os.Root", "Create Lstat Mkdir MkdirAll Open OpenFile ReadFile Remove RemoveAll Rename Stat WriteFile", _DISK
    )
    | _on_receiver(BlockKind.PROCESS, "*os.Process", "Wait")
    | _on_receiver(BlockKind.PROCESS, "*os/exec.Cmd", "CombinedOutput Output Run Wait")
)

QUICK = frozenset(
    functions(
        "os",
        "Chmod Chown Chtimes Create CreateTemp Lchown Link Lstat Mkdir MkdirAll MkdirTemp Open OpenFile Readlink "
        "Remove Rename Stat Symlink Truncate",
        _DISK,
    )
    | methods("*os.File", "Stat Truncate", _DISK)
    | methods("*os.Root", "Create Lstat Mkdir MkdirAll Open OpenFile Remove Rename Stat", _DISK)
    | functions("io/ioutil", "TempDir TempFile", _DISK)
    | rows("path/filepath.EvalSymlinks", _DISK)
)
"""File operations that touch directories and names alone, not contents: they rarely wait long."""

_database: Table = (
    _on_receiver(
        BlockKind.DATABASE,
        "*database/sql.DB",
        "Begin BeginTx Conn Exec ExecContext Ping PingContext Prepare PrepareContext Query QueryContext QueryRow "
        "QueryRowContext",
    )
    | _on_receiver(
        BlockKind.DATABASE,
        "*database/sql.Tx",
        "Commit Exec ExecContext Prepare PrepareContext Query QueryContext QueryRow QueryRowContext Rollback",
    )
    | _on_receiver(
        BlockKind.DATABASE,
        "*database/sql.Conn",
        "BeginTx ExecContext PingContext PrepareContext QueryContext QueryRowContext",
    )
    | _on_receiver(
        BlockKind.DATABASE,
        "*database/sql.Stmt",
        "Exec ExecContext Query QueryContext QueryRow QueryRowContext",
    )
    | _on_receiver(BlockKind.DATABASE, "*database/sql.Rows", "Next NextResultSet")
    | _on_receiver(BlockKind.DATABASE, "*database/sql.Row", "Scan")
)

_rpc: Table = (
    functions("google.golang.org/grpc", "Invoke DialContext", Blocks(BlockKind.RPC))
    | _on_receiver(BlockKind.RPC, "*google.golang.org/grpc.ClientConn", "Invoke")
    | _on_receiver(BlockKind.RPC, "google.golang.org/grpc.ClientConnInterface", "Invoke")
    | _on_receiver(BlockKind.RPC, "google.golang.org/grpc.ClientStream", "RecvMsg SendMsg")
    | _on_receiver(BlockKind.RPC, "google.golang.org/grpc.ServerStream", "RecvMsg SendMsg")
)

_time: Table = rows("time.Sleep", Blocks(BlockKind.SLEEP))

_people: Table = rows("fmt.Scan fmt.Scanf fmt.Scanln", Blocks(BlockKind.INPUT)) | rows(
    "fmt.Print fmt.Printf fmt.Println", Blocks(BlockKind.OUTPUT)
)

_LEVELS = "Print Printf Println Fatal Fatalf Fatalln Panic Panicf Panicln"
_SLOG = "Debug DebugContext Info InfoContext Warn WarnContext Error ErrorContext Log LogAttrs"
_log: Table = (
    functions("log", _LEVELS + " Output", Blocks(BlockKind.LOG))
    | methods("*log.Logger", _LEVELS + " Output", Blocks(BlockKind.LOG))
    | functions("log/slog", _SLOG, Blocks(BlockKind.LOG))
    | methods("*log/slog.Logger", _SLOG, Blocks(BlockKind.LOG))
)

_forwarding: Table = (
    functions("fmt", "Fprint Fprintf Fprintln", Forwards(0, "Write"))
    | functions("fmt", "Fscan Fscanf Fscanln", Forwards(0, "Read"))
    | rows("io.WriteString", Forwards(0, "Write"))
    | functions("io", "Copy CopyN CopyBuffer", Forwards(0, "Write"), Forwards(1, "Read"))
    | functions("io", "ReadAll ReadFull ReadAtLeast", Forwards(0, "Read"))
    | rows("io/ioutil.ReadAll", Forwards(0, "Read"))
    | rows("encoding/binary.Write", Forwards(0, "Write"))
    | rows("encoding/binary.Read", Forwards(0, "Read"))
    | methods("*text/template.Template", "Execute", Forwards(1, "Write"))
    | methods("*html/template.Template", "Execute", Forwards(1, "Write"))
)

_wrapping: Table = (
    functions("bufio", "NewReader NewReaderSize NewWriter NewWriterSize NewScanner", Wraps(0))
    | functions("io", "LimitReader TeeReader", Wraps(0))
    | functions("compress/gzip", "NewReader NewWriter NewWriterLevel", Wraps(0))
    | functions("compress/zlib", "NewReader NewWriter NewWriterLevel", Wraps(0))
    | functions("compress/flate", "NewReader NewWriter", Wraps(0))
    | functions("encoding/csv", "NewReader NewWriter", Wraps(0))
)
for _codec in ("json", "gob", "xml"):
    _wrapping |= functions(f"encoding/{_codec}", "NewEncoder NewDecoder", Wraps(0))
    _wrapping |= methods(f"*encoding/{_codec}.Encoder", "Encode", Forwards(0, "Write"), ReadsItems(1))
    _wrapping |= methods(f"*encoding/{_codec}.Decoder", "Decode", Forwards(0, "Read"))
_wrapping |= (
    methods("*bufio.Writer", "Flush ReadFrom", Forwards(0, "Write"))
    | methods("*bufio.Writer", "Write WriteByte WriteRune WriteString", Blocks(BlockKind.STREAM, 0))
    | methods(
        "*bufio.Reader",
        "Discard Peek Read ReadByte ReadBytes ReadLine ReadRune ReadSlice ReadString WriteTo",
        Forwards(0, "Read"),
    )
    | methods("*bufio.Scanner", "Scan", Forwards(0, "Read"))
    | methods("*encoding/csv.Writer", "Flush WriteAll", Forwards(0, "Write"))
    | methods("*encoding/csv.Writer", "Write", Blocks(BlockKind.STREAM, 0))
    | methods("*encoding/csv.Reader", "Read ReadAll", Forwards(0, "Read"))
)
for _package in ("gzip", "zlib", "flate"):
    _wrapping |= methods(f"*compress/{_package}.Writer", "Write Flush Close", Forwards(0, "Write"))
_wrapping |= methods("*compress/gzip.Reader", "Read", Forwards(0, "Read"))

_STREAM = Blocks(BlockKind.STREAM, 0)
_streams: Table = (
    methods("io.Writer", "Write", Forwards(0, "Write"))
    | methods("io.Reader", "Read", Forwards(0, "Read"))
    | methods("io.StringWriter", "WriteString", _STREAM)
    | methods("io.WriterAt", "WriteAt", _STREAM)
    | methods("io.ReaderAt", "ReadAt", _STREAM)
    | methods("io.Seeker", "Seek", _STREAM)
    | methods("io.Closer", "Close", _STREAM)
    | methods("*os.File", "Close Seek Chmod", _STREAM)
    | methods("net.Listener", "Close", _STREAM)
)
for _owner in ("net.Conn", "net.PacketConn", "*net.TCPConn", "*net.UDPConn", "*net.UnixConn", "*crypto/tls.Conn"):
    _streams |= methods(_owner, "Close SetDeadline SetReadDeadline SetWriteDeadline", _STREAM)

FIELDS = {"net/http.Response.Body": BlockKind.NETWORK, "net/http.Request.Body": BlockKind.NETWORK}
"""Streams in the fields of a library's types, and what reading from them waits for."""

_groups: Table = methods("*golang.org/x/sync/errgroup.Group", "Wait", Blocks(BlockKind.WAIT, 0), Joins())

TABLE: Table = (
    _net | _http | _os | _database | _rpc | _time | _people | _log | _forwarding | _wrapping | _streams | _groups
)
