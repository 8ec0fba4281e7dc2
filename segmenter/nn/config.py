"""What kind of DeepLabv3 a model is: every choice of the paper as one frozen dataclass."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from segmenter.errors import MaskwrightError

BACKBONES = ("resnet50", "resnet101", "mobilenet_v3_large", "efficientnet_lite0")
HEADS = ("aspp", "cascade")
OUTPUT_STRIDES = (8, 16, 32)
MAX_CLASSES = 255
MAX_RATES = 16
MAX_NAME_LENGTH = 200

_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
_NORMALISATION = {"efficientnet_lite0": _HALF}
_SWITCHES = (
    "image_pooling", "decoder", "head_convolution", "separable", "auxiliary",
    "first_unit_keeps_rate",
)  # fmt: skip


@dataclass(frozen=True)
class ModelConfig:
    """Everything needed to build the network; section numbers are those of arXiv 1706.05587.

    Raises :class:`MaskwrightError` with one sentence where a value makes no sense, so that
    a configuration read from a stranger's file is checked the same way as one typed in.
    """

    backbone: str = "resnet50"
    head: str = "aspp"
    """``"aspp"`` (parallel, section 3.3) or ``"cascade"`` (block 4 repeated, section 3.2)."""
    output_stride: int = 16
    """Input size divided by the size of the features the head sees: 8, 16 or 32."""
    multi_grid: tuple[int, int, int] = (1, 2, 4)
    """Unit rates of the three convolutions of block 4 and of blocks 5 to 7 (section 3.2.1)."""
    atrous_rates: tuple[int, ...] = (6, 12, 18)
    """ASPP's rates at output stride 16; at 8 they double, at 32 they halve (section 3.3)."""
    image_pooling: bool = True
    """ASPP's image-level features: global average pooling (section 3.3)."""
    decoder: bool = False
    """Fuse stride-4 features for sharper outlines (as in DeepLabv3+, arXiv 1802.02611)."""
    classes: tuple[str, ...] = ("background", "object")
    """One name an output channel; distinct, 1 to 255 of them."""

    head_channels: int = 256
    """Filters of each branch of the head."""
    head_convolution: bool = False
    """A further 3×3 convolution before the classifier, as torchvision's models have it."""
    separable: bool = False
    """The head's and the decoder's 3×3 convolutions split into depthwise and 1×1, as in DeepLabv3+:
    about a ninth of their arithmetic."""
    auxiliary: bool = False
    """A second classifier on block 3 that helps training and is not used to predict."""
    first_unit_keeps_rate: bool = False
    """The first unit of a dilated block keeps the rate of the block before it, as in torchvision's
    ResNets; the paper dilates all three."""
    input_size: int = 513
    """Short side, in pixels, of the images the model was trained on."""
    mean: tuple[float, float, float] | None = None
    """Subtracted from RGB in 0–1; None is filled in with what the backbone was trained with."""
    std: tuple[float, float, float] | None = None
    """RGB is divided by it afterwards; None is filled in like ``mean``."""

    def __post_init__(self) -> None:
        mean, std = _NORMALISATION.get(self.backbone, _IMAGENET)
        for name, value in (
            ("multi_grid", tuple(self.multi_grid)),
            ("atrous_rates", tuple(self.atrous_rates)),
            ("classes", tuple(self.classes)),
            ("mean", tuple(self.mean if self.mean is not None else mean)),
            ("std", tuple(self.std if self.std is not None else std)),
        ):
            object.__setattr__(self, name, value)
        self._check()

    def _check(self) -> None:
        _check_choice("backbone", self.backbone, BACKBONES)
        _check_choice("head", self.head, HEADS)
        if self.output_stride not in OUTPUT_STRIDES:
            raise MaskwrightError(f"The output stride is 8, 16 or 32, not {self.output_stride!r}.")
        self._check_rates()
        _check_classes(self.classes)
        for name, low, high in (("head_channels", 1, 4096), ("input_size", 32, 8192)):
            value = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise MaskwrightError(f"{name} is a whole number from {low} to {high}.")
        for name in _SWITCHES:
            if type(getattr(self, name)) is not bool:
                raise MaskwrightError(f"{name} is either true or false.")
        if not (_is_rgb(self.mean) and _is_rgb(self.std) and all(self.std or ())):
            raise MaskwrightError("Mean and std are three numbers each, std without a zero.")

    def _check_rates(self) -> None:
        if len(self.multi_grid) != 3 or not all(_is_positive(r) for r in self.multi_grid):
            raise MaskwrightError(
                f"Multi-grid takes three whole numbers from 1, not {self.multi_grid!r}."
            )
        rates = self.atrous_rates
        if not 1 <= len(rates) <= MAX_RATES or not all(_is_positive(r) for r in rates):
            raise MaskwrightError(f"Atrous rates are whole numbers from 1, not {rates!r}.")
        if self.output_stride == 32 and any(r % 2 for r in rates):
            raise MaskwrightError(
                f"At output stride 32 the atrous rates {rates!r} are halved: choose even ones."
            )

    def replace(self, **changes: Any) -> ModelConfig:
        """A copy with some values changed, checked anew.

        Another backbone brings its own ``mean`` and ``std``, unless they are given too.
        """
        if changes.get("backbone", self.backbone) != self.backbone:
            changes = {"mean": None, "std": None, **changes}
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelConfig:
        """From plain values. Raises :class:`MaskwrightError` where a key or value is wrong."""
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise MaskwrightError(
                f"The model's configuration has {unknown[0]!r}, which this version does not know."
            )
        try:
            return cls(**values)
        except TypeError as error:
            raise MaskwrightError(f"The model's configuration is not valid: {error}.") from error


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise MaskwrightError(
            f"There is no {name} {value!r}; the choices are {', '.join(choices)}."
        )


def _check_classes(classes: tuple[str, ...]) -> None:
    if not 1 <= len(classes) <= MAX_CLASSES:
        raise MaskwrightError(f"A model has 1 to {MAX_CLASSES} classes, not {len(classes)}.")
    if not all(_is_name(name) for name in classes):
        raise MaskwrightError(
            f"Every class of a model needs a name of 1 to {MAX_NAME_LENGTH} characters."
        )
    if len(set(classes)) != len(classes):
        raise MaskwrightError("Two classes of the model have the same name.")


def _is_positive(value: object) -> bool:
    return type(value) is int and 1 <= value <= 1024


def _is_name(value: object) -> bool:
    """Text that can be written to any file: no control characters, no halves of a character."""
    return (
        isinstance(value, str)
        and 1 <= len(value) <= MAX_NAME_LENGTH
        and not any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in value)
    )


def _is_rgb(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 3
        and all(isinstance(v, int | float) and -1e3 < v < 1e3 for v in value)
    )
