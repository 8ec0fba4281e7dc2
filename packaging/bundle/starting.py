"""What both programs of a bundle do before anything else."""

from __future__ import annotations

import io
import os
import sys

_SEARCH_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")


def prepare() -> None:
    """Give the programs that we start their own libraries back, and let printing always work."""
    for name in _SEARCH_PATHS:
        # The bundle's loader points it at our folder; a web browser that we open would take our
        # libraries for its own. Ours are found without it.
        kept = os.environ.pop(f"{name}_ORIG", None)
        if kept is not None:
            os.environ[name] = kept
        elif os.environ.get(name) == getattr(sys, "_MEIPASS", None):
            del os.environ[name]
    # A child that is ourselves sets them again, which it would otherwise leave to us: without it
    # it finds our libraries only where the system has the same ones.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    # A windowed program on Windows has neither.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    # A bundle's Python takes no notice of Python's own variables; this one the window sets for
    # its children.
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    if encoding:
        for stream in (sys.stdout, sys.stderr):
            assert isinstance(stream, io.TextIOWrapper)
            stream.reconfigure(encoding=encoding, errors=errors or None)
