"""The log file that a bug report quotes, and what such a report says."""

from __future__ import annotations

import logging
import os
import platform
import sys
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

from PySide6.QtCore import QtMsgType, qInstallMessageHandler, qVersion
from PySide6.QtGui import QGuiApplication

import segmenter
from segmenter.paths import log_folder

_NEWEST: deque[str] = deque(maxlen=200)
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class _KeepNewest(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _NEWEST.append(self.format(record))


def log_file() -> Path:
    return log_folder() / "maskwright.log"


def start_logging() -> None:
    """Log to the file and to memory, Qt's own messages included. Does nothing a second time."""
    root = logging.getLogger()
    if any(isinstance(handler, _KeepNewest) for handler in root.handlers):
        return
    handlers: list[logging.Handler] = [_KeepNewest()]
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        # delay: the file is opened when there is something to say.
        handlers.append(
            RotatingFileHandler(log_file(), maxBytes=500_000, backupCount=2, encoding="utf-8",
                                delay=True)
        )  # fmt: skip
    except OSError:
        pass  # A home that can't be written: what is in memory still reaches a report.
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    qInstallMessageHandler(_log_qt)


def _log_qt(kind: QtMsgType, context: object, message: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.INFO), message)


def report(trouble: str = "") -> str:
    """Plain text for a bug report: versions, system, the traceback, the log's newest lines.

    Never imports torch to learn its version: what is not loaded is reported as not loaded.
    """
    torch = sys.modules.get("torch")
    about = [
        f"Maskwright {segmenter.__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}, platform "
        f"{QGuiApplication.platformName()}",
        f"torch {getattr(torch, '__version__', 'not loaded')}",
        f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores",
    ]
    parts = ["\n".join(about)]
    if trouble:
        parts.append(trouble.strip())
    parts.append("Newest lines of the log:\n" + ("\n".join(list(_NEWEST)[-60:]) or "(none)"))
    return "\n\n".join(parts) + "\n"
