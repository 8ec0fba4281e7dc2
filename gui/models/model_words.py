"""How the facts of a model read."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale


def day_words(moment: datetime, now: datetime | None = None) -> str:
    """``Today 14:03``, ``23 Nov 14:03``, and with the year where it is another one."""
    now = (now or datetime.now()).astimezone()
    moment = moment.astimezone()
    time = f"{moment:%H:%M}"
    if moment.date() == now.date():
        return f"Today {time}"
    day = QLocale().toString(QDate(moment.year, moment.month, moment.day), "d MMM")
    return f"{day} {time}" if moment.year == now.year else f"{day} {moment.year}"
