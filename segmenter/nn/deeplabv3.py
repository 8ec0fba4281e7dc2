"""DeepLabv3: "Rethinking Atrous Convolution for Semantic Image Segmentation", arXiv 1706.05587."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from segmenter.nn.aspp import ASPP, rates_at
from segmenter.nn.backbone import Features
from segmenter.nn.card import ModelCard
from segmenter.nn.cascade import Cascade
from segmenter.nn.config import ModelConfig
from segmenter.nn.decoder import Decoder
from segmenter.nn.make_backbone import make_backbone


class DeepLabV3(nn.Module):
    """A backbone run with atrous convolution, a head (ASPP or cascade), perhaps a decoder.

    The submodules ``backbone``, ``classifier`` and ``aux_classifier`` carry torchvision's names,
    so its weights load with ``strict=True`` (see :mod:`segmenter.nn.torchvision_models` for the
    configurations). The last layer of ``classifier`` is the 1×1 convolution to the classes.

    Args:
        config: every choice; kept as ``network.config``.
        card: where the model comes from; kept as ``network.card``, empty where not given.
    """

    config: ModelConfig
    card: ModelCard

    def __init__(self, config: ModelConfig, card: ModelCard | None = None) -> None:
        super().__init__()
        self.config = config
        self.card = card if card is not None else ModelCard()
        self.backbone = make_backbone(config)
        channels = self.backbone.out_channels
        layers: list[nn.Module]
        if config.head == "aspp":
            layers = [
                ASPP(
                    channels,
                    config.atrous_rates,
                    config.head_channels,
                    image_pooling=config.image_pooling,
                    separable=config.separable,
                )
            ]
            channels = config.head_channels
        else:
            cascade = Cascade(self.backbone)
            layers = [cascade]
            channels = cascade.out_channels
        if config.head_convolution:
            layers += [
                nn.Conv2d(channels, config.head_channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(config.head_channels),
                nn.ReLU(inplace=True),
            ]
            channels = config.head_channels
        self.decoder: Decoder | None = None
        if config.decoder:
            self.decoder = Decoder(
                self.backbone.low_channels,
                channels,
                config.head_channels,
                separable=config.separable,
            )
            channels = config.head_channels
        self.classifier = nn.Sequential(*layers, nn.Conv2d(channels, len(config.classes), 1))
        self.aux_classifier: nn.Sequential | None = None
        if config.auxiliary:
            self.aux_classifier = _auxiliary_classifier(
                self.backbone.middle_channels, len(config.classes)
            )
        self.set_output_stride(config.output_stride)

    def set_output_stride(self, output_stride: int) -> None:
        """Run the same weights at output stride 8, 16 or 32; all rates follow (section 3.1).

        Halving the stride doubles the rates of backbone, cascade and ASPP, and multi-grid's with
        them. Raises :class:`segmenter.errors.MaskwrightError` for any other stride, and changes
        nothing then.
        """
        config = self.config.replace(output_stride=output_stride)
        self.backbone.set_output_stride(
            output_stride, config.multi_grid, first_unit_keeps_rate=config.first_unit_keeps_rate
        )
        head = self.classifier[0]
        if isinstance(head, ASPP):
            head.set_rates(rates_at(output_stride, config.atrous_rates))
        elif isinstance(head, Cascade):
            head.set_output_stride(
                output_stride,
                config.multi_grid,
                first_unit_keeps_rate=config.first_unit_keeps_rate,
            )
        self.config = config

    def forward(self, images: Tensor) -> Tensor:
        """float32 N×3×H×W, normalised with the config's mean and std → logits N×C×H×W.

        The logits are upsampled, so that training compares with ground truth at full size, which
        is never shrunk (section 4.1, "Upsampling logits").
        """
        return _upsample(self.coarse_logits(images), images)

    def coarse_logits(self, images: Tensor) -> Tensor:
        """Logits at the network's own resolution, before upsampling.

        float32 N×3×H×W → N×C×h×w with h = ceil(H / output stride), or ceil(H / 4) with a decoder.
        Any H and W from 1.
        """
        return self.classify(self.backbone(images))

    def classify(self, features: Features) -> Tensor:
        """The backbone's features → coarse logits: what trains while the backbone is frozen."""
        x = features.out
        *head, to_classes = self.classifier
        for layer in head:
            x = layer(x)
        if self.decoder is not None:
            x = self.decoder(features.low, x)
        logits: Tensor = to_classes(x)
        return logits

    def forward_with_auxiliary(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        """For training: (logits, the auxiliary classifier's logits or None), both N×C×H×W."""
        features = self.backbone(images)
        logits = _upsample(self.classify(features), images)
        if self.aux_classifier is None:
            return logits, None
        return logits, _upsample(self.aux_classifier(features.middle), images)


def _upsample(logits: Tensor, images: Tensor) -> Tensor:
    size = images.shape[-2:]
    return functional.interpolate(logits, size=size, mode="bilinear", align_corners=False)


def _auxiliary_classifier(in_channels: int, classes: int) -> nn.Sequential:
    """A small fully convolutional head on block 3 (Zhao et al., arXiv 1612.01105, section 3.3)."""
    channels = in_channels // 4
    return nn.Sequential(
        nn.Conv2d(in_channels, channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
        nn.Dropout(0.1),
        nn.Conv2d(channels, classes, 1),
    )
