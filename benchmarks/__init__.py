"""How long a run takes, against the time that parsing alone takes. ``python -m benchmarks CHECKOUT``."""
