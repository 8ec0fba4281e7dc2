"""Which models there are, in groups, with all that is known of each. Without torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from gui.model_store import imported_folder, score_words
from segmenter.errors import MaskwrightError
from segmenter.nn import zoo
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.model_file import read_model_header


class Group(StrEnum):
    """Where a model comes from; in the order of the list."""

    OWN = "own"
    """Learnt in the open folder."""
    IMPORTED = "imported"
    ELSEWHERE = "elsewhere"
    """The one in use, where it was learnt in another folder."""
    READY = "ready"
    """Bundled, or to be downloaded."""


@dataclass(frozen=True)
class ModelEntry:
    """One model, as far as its header tells."""

    name: str
    """What ``load_model`` takes: a name of the zoo or a path."""
    title: str
    group: Group
    path: Path | None
    """Of the file; None where it isn't here."""
    size: int
    """Bytes, of the file or of the download."""
    created: datetime | None
    """When it was made, or when its file was written."""
    summary: str = ""
    """One line: what it is, or who trained it on what."""
    scores: str = ""
    """The one figure that counts, in words."""
    mean_iou: float | None = None
    config: ModelConfig | None = None
    card: ModelCard = field(default_factory=ModelCard)
    license: str = ""
    trouble: str = ""
    """One sentence, where the file can't be used."""
    is_bundled: bool = False

    @property
    def is_here(self) -> bool:
        return self.path is not None

    @property
    def is_usable(self) -> bool:
        return self.path is not None and not self.trouble

    @property
    def is_own_file(self) -> bool:
        """One that a person may rename."""
        return self.group in (Group.OWN, Group.IMPORTED)

    @property
    def is_deletable(self) -> bool:
        return self.is_here and not self.is_bundled and self.group is not Group.ELSEWHERE

    @property
    def classes(self) -> tuple[str, ...]:
        return self.config.classes if self.config is not None else ()


def model_entries(models_folder: Path | None = None, also: Iterable[str] = ()) -> list[ModelEntry]:
    """Those that the project learnt (``models_folder``), the newest first; the imported ones; those
    ``also`` asked for that lie elsewhere; those of the zoo that segment. A damaged file is an entry
    with its ``trouble`` and stops no other.

    Reads headers from the disk: meant for a pool thread.
    """
    own = [entry_of_file(path, Group.OWN) for path in _files(models_folder)]
    own.sort(key=lambda entry: _time(entry.created), reverse=True)
    imported = [entry_of_file(path, Group.IMPORTED) for path in _files(imported_folder())]
    imported.sort(key=lambda entry: (entry.title.casefold(), entry.name))
    ready = [_of_zoo(model) for model in zoo.MODELS if not model.is_backbone]
    known = {entry.name for entry in (*own, *imported, *ready)}
    others = [
        entry_of_file(Path(name), Group.ELSEWHERE)
        for name in dict.fromkeys(also)
        if name and name not in known
    ]
    return [*own, *imported, *others, *ready]


def _files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return [path for path in folder.glob("*.safetensors") if not path.name.startswith(".")]
    except OSError:
        return []


def entry_of_file(path: Path, group: Group) -> ModelEntry:
    """Reads its header from the disk; never raises."""
    size, written = _facts(path)
    try:
        config, card = read_model_header(path)
    except (MaskwrightError, OSError) as error:
        return ModelEntry(str(path), path.stem, group, path, size, written, trouble=str(error))
    return ModelEntry(
        str(path),
        card.name or path.stem,
        group,
        path,
        size,
        _parsed(card.created) or written,
        summary=card.origin or f"{config.backbone}, output stride {config.output_stride}",
        scores=score_words(card.scores),
        mean_iou=_mean_iou(card),
        config=config,
        card=card,
        license=card.license,
    )


def _of_zoo(model: zoo.ZooModel) -> ModelEntry:
    path = zoo.path_of(model.name) if zoo.is_available(model.name) else None
    trouble = ""
    config, card = None, ModelCard(scores={"mean_iou": model.mean_iou})
    if path is not None:
        try:
            config, card = read_model_header(path)
        except (MaskwrightError, OSError) as error:
            trouble = str(error)
    elif model.bundled:
        trouble = "Its file is missing; install Maskwright again."
    return ModelEntry(
        model.name,
        model.title,
        Group.READY,
        path,
        zoo.size_in_bytes(model.name),
        _parsed(card.created),
        summary=model.summary,
        scores=score_words(card.scores),
        mean_iou=_mean_iou(card),
        config=config,
        card=card,
        license=model.license,
        trouble=trouble,
        is_bundled=model.bundled,
    )


def _mean_iou(card: ModelCard) -> float | None:
    value = card.scores.get("mean_iou")
    return float(value) if score_words(card.scores) and value is not None else None


def _facts(path: Path) -> tuple[int, datetime | None]:
    try:
        facts = path.stat()
    except OSError:
        return 0, None
    return facts.st_size, datetime.fromtimestamp(facts.st_mtime).astimezone()


def _parsed(text: str) -> datetime | None:
    """A date without a time counts as its noon, local; what is no date as none."""
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= 10:
        made = made.replace(hour=12)
    return made.astimezone()


def _time(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else 0.0
