"""Functions that copy, change or pass on the slices, maps and memory that they are given."""

from __future__ import annotations

from pubcheck.knowledge.effect import (
    Mutates,
    ReadsItems,
    ReturnsArgument,
    ReturnsFresh,
    Table,
    functions,
    methods,
    rows,
)

_copies: Table = (
    rows("slices.Clone slices.Concat slices.Collect slices.Sorted slices.SortedFunc slices.Repeat", ReturnsFresh())
    | rows("maps.Clone", ReadsItems(0), ReturnsFresh())
    | rows("maps.Collect bytes.Clone strings.Clone strings.Split strings.Fields", ReturnsFresh())
    | functions("bytes", "Join Repeat Replace ReplaceAll ToLower ToUpper Map", ReturnsFresh())
    | functions("net/http", "NewRequest NewRequestWithContext", ReturnsFresh())
    | methods("net/http.Header", "Clone", ReturnsFresh())
    | methods("*net/http.Request", "Clone WithContext", ReturnsFresh())
    | methods("*bytes.Buffer", "String", ReturnsFresh())
    | rows("bytes.NewBuffer bytes.NewReader errors.New fmt.Errorf os.ReadFile io.ReadAll", ReturnsFresh())
    | rows("encoding/json.Marshal encoding/json.MarshalIndent", ReadsItems(0), ReturnsFresh())
)

_changes: Table = (
    functions("sort", "Slice SliceStable Sort Stable Ints Strings Float64s", Mutates(0))
    | functions("slices", "Sort SortFunc SortStableFunc Reverse", Mutates(0))
    | functions(
        "slices",
        "Compact CompactFunc Delete DeleteFunc Insert Replace",
        Mutates(0),
        ReturnsArgument(0),
    )
    | functions("maps", "DeleteFunc Insert", Mutates(0))
    | functions("maps", "Copy", ReadsItems(1), Mutates(0))
    | methods("net/http.Header", "Add Del Set", Mutates(0))
    | methods("net/url.Values", "Add Del Set", Mutates(0))
    | functions("encoding/json", "Unmarshal", Mutates(1))
    | methods("*encoding/json.Decoder", "Decode", Mutates(1))
    | functions("encoding/xml", "Unmarshal", Mutates(1))
    | functions("io", "ReadFull ReadAtLeast", Mutates(1))
    | functions("crypto/rand", "Read", Mutates(0))
    | methods("encoding/binary.bigEndian", "PutUint16 PutUint32 PutUint64", Mutates(1))
    | methods("encoding/binary.littleEndian", "PutUint16 PutUint32 PutUint64", Mutates(1))
)

_views: Table = (
    functions("slices", "Clip Grow", ReturnsArgument(0))
    | rows("slices.Values maps.Values", ReturnsArgument(0))  # looked at whenever it is ranged over
    | functions("bytes", "TrimSpace Trim TrimLeft TrimRight TrimPrefix TrimSuffix", ReturnsArgument(0))
    | rows("context.WithoutCancel", ReturnsArgument(0))
)

TABLE: Table = _copies | _changes | _views
