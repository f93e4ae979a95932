"""What the code is built for: it decides which files belong to a package."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from pubcheck.model.project.constraints import Constraint, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LATEST = (1, 27)
"""The newest language version that pubcheck knows; its release tags are satisfied."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KNOWN_OS = _words(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows "
    "zos"
)
KNOWN_ARCH = _words(
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 "
    "ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm"
)
_UNIX = _words("aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris")
_ALSO = {"android": "linux", "illumos": "solaris", "ios": "darwin"}

_FEATURES = {
    "386": ("sse2",),
    "amd64": ("v1",),
    "arm": ("5", "6", "7"),
    "arm64": ("v8.0",),
    "mips": ("hardfloat",),
    "mipsle": ("hardfloat",),
    "mips64": ("hardfloat",),
    "mips64le": ("hardfloat",),
    "ppc64": ("power8",),
    "ppc64le": ("power8",),
    "riscv64": ("rva20u64",),
    "wasm": ("satconv", "signext"),
}
_REGISTER_ABI = frozenset(("amd64", "arm64", "loong64", "ppc64", "ppc64le", "riscv64", "s390x"))
_WITHOUT_DWARF5 = frozenset(("aix", "darwin", "ios"))
_EXPERIMENTS = ("greenteagc", "jsonv2", "randomizedheapbase64", "sizespecializedmalloc")


class Target(msgspec.Struct, frozen=True):
    """An operating system, an architecture and build tags, as ``go build`` is given them.

    ``tests`` says whether ``_test.go`` files count. With ``cgo`` the tag ``cgo`` is satisfied and files that import
    ``"C"`` belong to their package; what they take from C is unknown.
    """

    goos: str = "linux"
    goarch: str = "amd64"
    tags: frozenset[str] = frozenset()
    tests: bool = True
    cgo: bool = True

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] = os.environ, *, tags: Iterable[str] = (), tests: bool = True
    ) -> Target:
        """The target that ``GOOS``, ``GOARCH`` and ``CGO_ENABLED`` name, linux/amd64 with cgo where they are unset."""
        return cls(
            goos=environ.get("GOOS") or "linux",
            goarch=environ.get("GOARCH") or "amd64",
            tags=frozenset(tags),
            tests=tests,
            cgo=environ.get("CGO_ENABLED") != "0",
        )

    def satisfies(self, tag: str) -> bool:
        """Whether the build constraint ``tag`` holds."""
        return tag in _satisfied(self)

    def admits(self, constraint: Constraint) -> bool:
        """Whether a file with these constraint lines is built; a constraint that can't be read admits nothing."""
        if constraint.error:
            return False
        return constraint.expr is None or evaluate(constraint.expr, _satisfied(self).__contains__)

    def admits_name(self, name: str) -> bool:
        """Whether the suffixes of a file's name (``_GOOS``, ``_GOARCH``, ``_GOOS_GOARCH``) let it be built."""
        stem, _, _ = name.partition(".")
        _, *words = stem.split("_")
        if words and words[-1] == "test":
            words.pop()
        if not words:
            return True
        last = words[-1]
        if last in KNOWN_ARCH and len(words) > 1 and words[-2] in KNOWN_OS:
            return self.satisfies(last) and self.satisfies(words[-2])
        return self.satisfies(last) if last in KNOWN_OS or last in KNOWN_ARCH else True


@lru_cache(maxsize=64)
def _satisfied(target: Target) -> frozenset[str]:
    tags = set(target.tags)
    tags.update((target.goos, target.goarch, "gc"))
    tags.update(f"go1.{minor}" for minor in range(1, LATEST[1] + 1))
    if target.goos in _ALSO:
        tags.add(_ALSO[target.goos])
    if target.goos in _UNIX:
        tags.add("unix")
    if target.cgo:
        tags.add("cgo")
    tags.update(f"{target.goarch}.{feature}" for feature in _FEATURES.get(target.goarch, ()))
    tags.update(f"goexperiment.{name}" for name in _EXPERIMENTS)
    if target.goos not in _WITHOUT_DWARF5:
        tags.add("goexperiment.dwarf5")
    if target.goarch in _REGISTER_ABI:
        tags.update(("goexperiment.regabiargs", "goexperiment.regabiwrappers"))
    # The old name and the new one stand for each other.
    if "goexperiment.boringcrypto" in tags:
        tags.add("boringcrypto")
    return frozenset(tags)
