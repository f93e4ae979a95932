"""Which packages there are below a folder while some of its files are edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.engine.frontend import load_project
from pubcheck.model.project.problem import PatternError
from pubcheck.source import Overlay

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pubcheck.engine.config import Config
    from pubcheck.engine.frontend import ProjectFrontend


def listed(folder: Path, config: Config, buffers: Mapping[Path, bytes], *, whole: bool) -> ProjectFrontend:
    """The packages below ``folder``, or only those of ``buffers``, as far as they can be found.

    Args:
        folder: an absolute path.
        config: the settings.
        buffers: texts that aren't saved.
        whole: whether packages are wanted of which no file has a buffer.
    """
    overlay = Overlay(buffers)
    near = {path.parent for path in buffers if path.suffix == ".go"}
    patterns = ["./..."] if whole else []
    patterns += [str(folder) for folder in sorted(near)]
    while patterns:
        try:
            return load_project(patterns, config, folder, overlay)
        except PatternError as error:
            wrong = next((one for one in patterns if one in str(error)), patterns[-1])
            patterns.remove(wrong)
    return load_project([], config, folder, overlay)
