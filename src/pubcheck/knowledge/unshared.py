"""Types of the standard library whose values one goroutine at a time may use."""

from __future__ import annotations

UNSHARED: dict[str, frozenset[str]] = {
    name: frozenset(reading.split())
    for names, reading in (
        ("math/rand.Rand math/rand.Zipf math/rand/v2.Rand math/rand/v2.Zipf math/rand/v2.PCG math/rand/v2.ChaCha8", ""),
        ("bytes.Buffer strings.Builder", "Len Cap String Bytes Available AvailableBuffer"),
        ("bytes.Reader strings.Reader", "Len Size"),
        ("bufio.Reader bufio.Writer bufio.ReadWriter", "Size Buffered Available AvailableBuffer"),
        ("bufio.Scanner", "Err Text Bytes"),
        (
            "encoding/json.Encoder encoding/json.Decoder encoding/xml.Encoder encoding/xml.Decoder",
            "InputOffset InputPos",
        ),
        ("encoding/csv.Reader encoding/csv.Writer text/tabwriter.Writer", "FieldPos InputOffset"),
        ("archive/tar.Reader archive/tar.Writer archive/zip.Writer", ""),
        ("compress/gzip.Reader compress/gzip.Writer compress/flate.Writer compress/zlib.Writer", ""),
        ("hash.Hash hash.Hash32 hash.Hash64 hash/maphash.Hash", "Size BlockSize Sum Sum32 Sum64 Seed"),
        ("net/http.Header net/url.Values net/textproto.MIMEHeader", "Get Values Has Clone Encode Write WriteSubset"),
        ("container/list.List", "Len Front Back"),
        ("container/ring.Ring", "Len Do Next Prev Move"),
        (
            "math/big.Int math/big.Rat math/big.Float",
            (
                "Acc Append AppendText Bit BitLen Bits Bytes Cmp CmpAbs Denom FillBytes Float32 Float64 FloatPrec"
                " FloatString Format GobEncode Int Int64 IsInf IsInt IsInt64 IsUint64 MantExp MarshalJSON MarshalText"
                " MinPrec Mode Num Prec ProbablyPrime Rat RatString Sign Signbit String Text TrailingZeroBits Uint64"
            ),
        ),
    )
    for name in names.split()
}
"""By full name of the type, the methods that only read; all others write."""
