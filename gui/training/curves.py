"""Three curves of a run beside each other: loss, mean IoU, learning rate.

Imports pyqtgraph, so it is itself imported when the first run is shown, and on another thread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.training.run_record import RunRecord, Series
from gui.widgets.labels import muted_label

MOST_POINTS = 500
"""Of one curve on the screen; more would only lie on top of each other."""
_CHARTS = 3
_LINE = 1.8
_RIGHT = 9
"""Pixels beside a plot, for half of the last number."""
_BELOW = 33
"""Pixels under a plot, for its ticks and what they count."""
_RING = 9
"""Across the ring around the best epoch, in pixels."""
_TICK_ROOM = {"bottom": 34.0, "left": 30.0}
"""Pixels between two ticks, at least."""


class Curves(QWidget):
    """Follows one record at a time; the pointer over one of them reads all three.

    A chart takes tens of milliseconds to make, so they are made one at a time, each in a turn of
    the event loop of its own; ``ready`` follows.
    """

    ready = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_curves")
        pg.setConfigOptions(antialias=True)
        self._charts: list[Chart] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._make_next()

    @property
    def loss(self) -> Chart:
        return self._charts[0]

    @property
    def score(self) -> Chart:
        return self._charts[1]

    @property
    def rate(self) -> Chart:
        return self._charts[2]

    @property
    def is_ready(self) -> bool:
        return len(self._charts) == _CHARTS

    def _make_next(self) -> None:
        makers = (self._made_loss, self._made_score, self._made_rate)
        chart = makers[len(self._charts)]()
        chart.pointed.connect(self._point)
        self._charts.append(chart)
        self._row.addWidget(chart, 1)
        if self.is_ready:
            self.ready.emit()
        else:
            QTimer.singleShot(0, self, self._make_next)

    def _made_loss(self) -> Chart:
        return Chart(
            "loss",
            self.tr("Loss"),
            self.tr("Of the training images: each step faintly, and their running mean"),
            _plain,
        )

    def _made_score(self) -> Chart:
        return Chart(
            "mean_iou",
            self.tr("Mean IoU"),
            self.tr("On the held-out images, after each epoch; the ring marks the best"),
            _percent,
        )

    def _made_rate(self) -> Chart:
        return Chart(
            "rate", self.tr("Learning rate"), self.tr("Of the network's head"), _scientific
        )

    def show_record(self, record: RunRecord) -> None:
        """Draw what it knows now; once it is ready."""
        self.loss.show_line(record.smooth_loss.thinned(MOST_POINTS), record.loss)
        percent = Series(record.mean_iou.x, [100 * each for each in record.mean_iou.y])
        best = record.best
        mark = None
        if best is not None and best.mean_iou is not None:
            mark = (float(best.epoch), 100 * best.mean_iou)
        self.score.show_line(percent, dots=True, mark=mark)
        self.rate.show_line(record.rate.thinned(MOST_POINTS))
        total = float(max(record.total, 1))
        for chart in self._charts:
            chart.set_range(total if record.end is None else max(record.place, 1.0))

    def _point(self, x: float | None) -> None:
        for chart in self._charts:
            chart.read(x)


class Chart(QWidget):
    """A title with the newest or the pointed-at value, over one plot."""

    pointed = Signal(object)
    """Where on the axis of epochs the pointer is; None: it has left."""

    def __init__(self, name: str, title: str, tip: str, words: Callable[[float], str]) -> None:
        super().__init__()
        self.setObjectName(f"chart.{name}")
        self._words = words
        self._line = Series()
        self._title = muted_label(title, wraps=False)
        self._title.setToolTip(tip)
        self._value = QLabel()
        self._value.setObjectName(f"chart.{name}.value")
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 8, 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._value)
        axes = {"bottom": _Axis("bottom", _plain, least=1), "left": _Axis("left", words)}
        self.plot = pg.PlotWidget(axisItems=axes)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setAccessibleName(f"{title}. {tip}")
        view = self.plot.getPlotItem()
        view.getViewBox().setDefaultPadding(0.0)
        view.setContentsMargins(0, 0, _RIGHT, 0)
        bottom = view.getAxis("bottom")
        bottom.setLabel(self.tr("epoch"))
        bottom.setStyle(tickTextOffset=3, tickTextHeight=14)
        bottom.setHeight(_BELOW)
        view.showGrid(y=True, alpha=0.5)
        # Room for the whole ring depends on how many epochs a pixel is.
        view.getViewBox().sigResized.connect(lambda _: self._show_range())
        self._epochs = 1.0
        self._raw = self.plot.plot()
        self._curve = self.plot.plot()
        self._best = pg.ScatterPlotItem(size=_RING)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        self._spot = pg.ScatterPlotItem(size=7)
        for item in (self._best, self._spot, self._cursor):
            self.plot.addItem(item, ignoreBounds=True)
        self.plot.scene().sigMouseMoved.connect(self._moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        self.setMinimumWidth(130)
        self._dress()

    @property
    def value(self) -> str:
        """What is read beside the title."""
        return self._value.text()

    def show_line(
        self,
        line: Series,
        raw: Series | None = None,
        *,
        dots: bool = False,
        mark: tuple[float, float] | None = None,
    ) -> None:
        """The curve; ``raw`` lies faintly behind it; ``dots``: each point is marked, ``mark``:
        one that stands out."""
        self._line = line
        self._curve.setData(line.x, line.y)
        few = dots and len(line.x) <= 80
        self._curve.setSymbol("o" if few else None)
        if few:
            self._curve.setSymbolSize(4)
            self._curve.setSymbolPen(None)
            self._curve.setSymbolBrush(self._accent())
        thin = raw.thinned(MOST_POINTS) if raw is not None else Series()
        self._raw.setData(thin.x, thin.y)
        self._best.setData([mark[0]] if mark else [], [mark[1]] if mark else [])
        self._fit_values(thin if raw is not None else line)
        self.read(None)

    def set_range(self, epochs: float) -> None:
        self._epochs = epochs
        self._show_range()

    def read(self, x: float | None) -> None:
        """Tell the value at this place; None: the newest."""
        point = None
        if x is not None:
            point = self._line.at(x)
        if point is None:
            self._cursor.hide()
            self._spot.setData([], [])
            newest = self._line.y[-1] if self._line.y else None
            self._value.setText("" if newest is None else self._words(newest))
            return
        self._cursor.setPos(point[0])
        self._cursor.show()
        self._spot.setData([point[0]], [point[1]])
        epoch = f"{point[0]:.1f}".removesuffix(".0")
        self._value.setText(self.tr("epoch {0}:  {1}").format(epoch, self._words(point[1])))

    # -- Qt's events ----------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._dress()
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)
        super().leaveEvent(event)

    # -- inside ---------------------------------------------------------------------------

    def _moved(self, at: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        if box.sceneBoundingRect().contains(at):
            self.pointed.emit(float(box.mapSceneToView(at).x()))
        else:
            self.pointed.emit(None)

    def _fit_values(self, line: Series) -> None:
        axis = self.plot.getPlotItem().getAxis("left")
        if axis.style["showValues"] != bool(line.y):
            # Numbers beside nothing would be taken for values.
            axis.setStyle(showValues=bool(line.y))
        if not line.y:
            self.plot.setYRange(0, 1, padding=0)
            return
        low, high = min(line.y), max(line.y)
        room = max((high - low) * 0.08, abs(high) * 0.02, 1e-9)
        self.plot.setYRange(
            max(0.0, low - room) if low >= 0 else low - room, high + room, padding=0
        )

    def _show_range(self) -> None:
        width = max(1.0, self.plot.getPlotItem().getViewBox().width())
        self.plot.setXRange(0, self._epochs, padding=max(0.02, (_RING / 2 + 2) / width))

    def _accent(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Accent)

    def _dress(self) -> None:
        """In the colours of the theme."""
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.PlaceholderText)
        edge = palette.color(QPalette.ColorRole.Mid)
        accent = self._accent()
        faint = QColor(accent)
        faint.setAlphaF(0.28)
        self.plot.setBackground(palette.color(QPalette.ColorRole.Base))
        ratio = self.devicePixelRatioF()  # pyqtgraph's pens count the pixels of the screen
        self._curve.setPen(pg.mkPen(accent, width=_LINE * ratio))
        self._raw.setPen(pg.mkPen(faint, width=ratio))
        self._best.setBrush(pg.mkBrush(palette.color(QPalette.ColorRole.Base)))
        self._best.setPen(pg.mkPen(accent, width=2))
        self._spot.setBrush(pg.mkBrush(accent))
        self._spot.setPen(pg.mkPen(palette.color(QPalette.ColorRole.Base), width=1))
        self._cursor.setPen(pg.mkPen(text, width=1, style=Qt.PenStyle.DashLine))
        for side in ("left", "bottom"):
            axis = self.plot.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(edge))
            axis.setTextPen(pg.mkPen(text))
            axis.setTickPen(pg.mkPen(edge))
            axis.setTickFont(self.font())


class _Axis(pg.AxisItem):
    """Few ticks, in words of our own."""

    def __init__(self, side: str, words: Callable[[float], str], *, least: float = 0.0) -> None:
        """``least``: ticks are not closer than this."""
        super().__init__(side)
        self._tick_words = words
        self._least = least
        self.enableAutoSIPrefix(False)
        # A label at the end of the axis may stand out a little: there is room beside the plot.
        self.setStyle(
            tickLength=-4, autoReduceTextSpace=True, hideOverlappingLabels=side != "bottom"
        )

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        room = _TICK_ROOM[self.orientation]
        return [(max(self._least, round_step((high - low) * room / max(size, 1.0))), 0.0)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self._tick_words(value) for value in values]


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, … that is not less, also in the tenths and hundreds."""
    if least <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(power * each for each in (1, 2, 5, 10) if power * each >= least * 0.999)


def _plain(value: float) -> str:
    return f"{value:.3g}"


def _percent(value: float) -> str:
    return f"{value:.3g}%"


def _scientific(value: float) -> str:
    """``0.00125`` → ``1.25e-3``"""
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}"
