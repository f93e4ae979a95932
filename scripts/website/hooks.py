"""Gives mkdocs the pages: none of them is ever written into the checkout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).parents[2]))  # mkdocs loads this module by its path

from scripts.website.pages import navigation, pages

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the menu."""
    config.nav = navigation()
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages; one that lies in ``docs`` as well is replaced by the one with links."""
    for path, text in pages().items():
        if there := files.get_file_from_path(path):
            files.remove(there)
        files.append(File.generated(config, path, content=text))
    return files
