"""XML that any parser takes, whatever there is in messages and names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def child(parent: ET.Element, tag: str, attributes: Mapping[str, str | int], text: str = "") -> ET.Element:
    """A new element at the end of ``parent``. Characters that XML can't hold are replaced."""
    element = ET.SubElement(parent, tag, {name: _allowed(str(value)) for name, value in attributes.items()})
    element.text = _allowed(text) or None
    return element


def write(root: ET.Element, out: TextIO) -> None:
    """Write the document, indented."""
    ET.indent(root)
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, "unicode")}\n')


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
