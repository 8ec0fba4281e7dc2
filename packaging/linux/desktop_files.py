"""What a desktop knows the app by: its entry in the menus, its description in software centres,
its icons. All of it is written below one folder, laid out like ``/usr/share``."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from bundle.app_id import APP_ID

from linux.bundle_folder import ROOT
from linux.changes import ChangelogEntry
from segmenter.project.listing import IMAGE_SUFFIXES
from segmenter.updates import HOMEPAGE, REPOSITORY

SUMMARY = "Turn images into segmentation masks"
_PICTURES = f"https://raw.githubusercontent.com/{REPOSITORY}/v{{version}}/docs/screenshots/"

_SUFFIXES_OF = {
    "image/avif": ".avif",
    "image/bmp": ".bmp .dib",
    "image/gif": ".gif",
    "image/jp2": ".jp2",
    "image/jpeg": ".jpg .jpeg .jpe .jfif",
    "image/png": ".png",
    "image/tiff": ".tif .tiff",
    "image/webp": ".webp",
    "image/x-portable-anymap": ".pnm",
    "image/x-portable-bitmap": ".pbm",
    "image/x-portable-graymap": ".pgm",
    "image/x-portable-pixmap": ".ppm",
}

_FIRST = ' type="default"'
SCREENSHOTS = (
    ("main.png", "A folder of photos, segmented; one of them with its mask"),
    ("brush.png", "Correcting a mask with the brush"),
    ("training.png", "The model learns from the corrections, with curves to watch"),
    ("comparison.png", "Two models compared on the same images"),
    ("main-dark.png", "The dark theme"),
)


def mime_types() -> list[str]:
    """Of folders and of every image that the app reads."""
    known = {suffix for suffixes in _SUFFIXES_OF.values() for suffix in suffixes.split()}
    if unknown := IMAGE_SUFFIXES - known:
        raise LookupError(f"No MIME type is given for {', '.join(sorted(unknown))}.")
    return ["inode/directory", *sorted(_SUFFIXES_OF)]


def write_desktop_files(share: Path, entries: list[ChangelogEntry]) -> None:
    """Write entry, metainfo and icons for the first of ``entries`` below ``share``."""
    _write(share / "applications/maskwright.desktop", desktop_entry())
    _write(share / f"metainfo/{APP_ID}.metainfo.xml", metainfo(entries))
    source = ROOT / "resources/icons/maskwright.svg"
    icons = share / "icons/hicolor"
    _write(icons / "scalable/apps/maskwright.svg", source.read_text("utf-8"))
    for pixels in (48, 128, 256):
        draw_icon(source, pixels, icons / f"{pixels}x{pixels}/apps/maskwright.png")


def desktop_entry() -> str:
    template = (Path(__file__).parent / "maskwright.desktop").read_text("utf-8")
    return template.replace("@MIME_TYPES@", "".join(f"{name};" for name in mime_types()))


def metainfo(entries: list[ChangelogEntry]) -> str:
    """The AppStream description of the newest release."""
    template = (Path(__file__).parent / "maskwright.metainfo.xml").read_text("utf-8")
    pictures = _PICTURES.format(version=entries[0].version)
    shots = [
        f"    <screenshot{_FIRST if index == 0 else ''}>\n"
        f"      <caption>{escape(caption)}</caption>\n"
        f'      <image type="source">{pictures}{name}</image>\n'
        f"    </screenshot>\n"
        for index, (name, caption) in enumerate(SCREENSHOTS)
    ]
    return (
        template.replace("@ID@", APP_ID)
        .replace("@HOMEPAGE@", HOMEPAGE)
        .replace("@SUMMARY@", SUMMARY)
        .replace("@SCREENSHOTS@", "".join(shots))
        .replace("@MIME_TYPES@", "".join(f"    <mediatype>{n}</mediatype>\n" for n in mime_types()))
        .replace("@RELEASES@", "".join(_release(entry) for entry in entries))
    )


def _release(release: ChangelogEntry) -> str:
    points = "".join(f"          <li>{escape(point)}</li>\n" for point in release.points)
    kind = "development" if any(c.isalpha() for c in release.version) else "stable"
    return (
        f'    <release version="{escape(release.version)}" date="{release.date:%Y-%m-%d}"'
        f' type="{kind}">\n'
        f"      <description>\n        <ul>\n{points}        </ul>\n      </description>\n"
        "    </release>\n"
    )


def draw_icon(svg: Path, pixels: int, png: Path) -> None:
    """Render ``svg`` as a transparent square PNG; needs no screen."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    png.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(png)):
        raise OSError(f"{png} could not be written.")


def write_gzip(path: Path, text: str, moment: datetime | None = None) -> None:
    """Compressed as Debian wants it: level 9, neither name nor, without ``moment``, time inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    seconds = int(moment.timestamp()) if moment else 0
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=seconds))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o644)
