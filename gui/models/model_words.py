"""How the facts of a model read."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QLocale

from gui.model_store import megabytes
from gui.models.entries import ModelEntry
from segmenter.wording import counted


def day_words(moment: datetime, now: datetime | None = None) -> str:
    """``Today 14:03``, ``23 Nov 14:03``, and with the year where it is another one."""
    now = (now or datetime.now()).astimezone()
    moment = moment.astimezone()
    time = f"{moment:%H:%M}"
    if moment.date() == now.date():
        return f"Today {time}"
    day = QLocale().toString(QDate(moment.year, moment.month, moment.day), "d MMM")
    return f"{day} {time}" if moment.year == now.year else f"{day} {moment.year}"


def facts_of(entry: ModelEntry) -> list[str]:
    """Score, day and size, as far as they are known."""
    facts = [entry.scores] if entry.scores else []
    if entry.is_own_file and entry.created is not None:
        facts.append(day_words(entry.created))
    if entry.size:
        facts.append(megabytes(entry.size))
    return facts


def detail_rows(entry: ModelEntry) -> list[tuple[str, str]]:
    """All that the file tells besides, name and value; for whoever wants to know."""
    rows: list[tuple[str, str]] = []
    config, card = entry.config, entry.card
    if config is not None:
        rows += [
            ("Classes", ", ".join(config.classes)),
            ("Network", f"{config.backbone}, {config.head}{', decoder' if config.decoder else ''}"),
            ("Output stride", str(config.output_stride)),
            ("Works on", f"images with a short side of {config.input_size} pixels"),
        ]
    training = card.training
    for words, key in (
        ("Started from", "started_from"),
        ("Learnt from", "training_images"),
        ("Held out", "validation_images"),
        ("Best epoch", "epoch"),
        ("Seconds", "seconds"),
        ("Command", "command"),
    ):
        value = training.get(key)
        if isinstance(value, str | int | float) and value != "":
            if isinstance(value, int) and key.endswith("_images"):
                value = counted(value, "image")
            rows.append((words, str(value)))
    if entry.license:
        rows.append(("Licence", entry.license))
    if entry.path is not None:
        rows.append(("File", str(entry.path)))
    return rows


def class_scores(entry: ModelEntry) -> list[tuple[str, float | None]]:
    """Class → IoU, as the card tells; a card that tells nonsense is passed over."""
    iou = entry.card.scores.get("iou")
    if not isinstance(iou, dict):
        return []
    return [(str(name), float(value) if _is_share(value) else None) for name, value in iou.items()]


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
