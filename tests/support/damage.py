"""Go with something wrong in it, as a strategy: see ``accidents``."""

from __future__ import annotations

from accidents import damage
from hypothesis import strategies as st


@st.composite
def damaged(draw: st.DrawFn, original: bytes) -> bytes:
    """``original`` after a few accidents."""
    return damage(draw(st.randoms(use_true_random=False)), original)
