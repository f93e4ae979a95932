"""Goroutines within one function: what its literals share, in what order they run, and where no order holds."""

from pubcheck.analysis.goroutines.races import Against, LocalRace, local_races

__all__ = ["Against", "LocalRace", "local_races"]
