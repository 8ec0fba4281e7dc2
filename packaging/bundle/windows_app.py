"""What Windows shows of a program: its name in the task manager, its version in its properties."""

from __future__ import annotations

import re
from pathlib import Path

_TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("FileDescription", "Maskwright"),
      StringStruct("ProductName", "Maskwright"),
      StringStruct("ProductVersion", "{version}"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("LegalCopyright", "Apache License 2.0"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x409, 1200])]),
  ],
)
"""


def write_version(folder: Path, version: str) -> Path:
    """Write the file that PyInstaller's EXE takes as ``version``; returns its path."""
    path = folder / "version.txt"
    text = _TEMPLATE.format(numbers=four_numbers(version), version=version)
    path.write_text(text, "utf-8")
    return path


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """A version as Windows wants it of a file: ``0.2.0rc1`` → (0, 2, 0, 0)."""
    found = re.match(r"\d+(\.\d+)*", version)
    assert found is not None, "a version begins with its number"
    first, second, third, fourth, *_ = [*map(int, found[0].split(".")), 0, 0, 0]
    return first, second, third, fourth
