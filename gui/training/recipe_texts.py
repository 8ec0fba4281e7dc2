"""Each number of the recipes: under which heading it stands, what it is called, how it is shown.

What it means is said by the recipe itself (``Recipe.lines``); its range too (``Recipe.limits``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from segmenter.training.any_recipe import AnyRecipe
from segmenter.training.recipes import OUTPUT_STRIDES


@dataclass(frozen=True)
class FieldText:
    """How one field looks."""

    label: str
    unit: str = ""
    """Behind the number, in the plural; ``%``: a share of 1 is shown as a hundred times as
    much."""
    zero: str = ""
    """What stands in place of 0, where 0 is no number but a choice."""
    values: tuple[int, ...] = ()
    """Whole numbers to choose from, where only some make sense."""
    needs: tuple[str, object] | None = None
    """Another field and what it has to be for this one to matter; None as its value: anything
    but 0."""

    def unit_of(self, number: float) -> str:
        """As it stands behind this number."""
        return self.unit.removesuffix("s") if number == 1 and len(self.unit) > 1 else self.unit


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: Mapping[str, FieldText]


SHARE = "%"

GROUPS = (
    Group("Schedule", {
        "epochs": FieldText("Epochs"),
        "patience": FieldText("Patience", "epochs", zero="Never stop early"),
        "steps_per_epoch": FieldText("Steps an epoch"),
        "seconds": FieldText("Time for one image", "s"),
        "seconds_per_image": FieldText("For each further one", "s"),
        "most_seconds": FieldText("Longest time", "s"),
        "gpu_share": FieldText("On a GPU", SHARE),
        "reading_share": FieldText("Reading images", SHARE),
        "steps": FieldText("Steps", zero="By time"),
        "least_steps": FieldText("Least steps"),
        "rate": FieldText("Learning rate"),
        "warm_rate": FieldText("Gentle learning rate"),
        "few_images": FieldText("Few images", "images"),
        "backbone_factor": FieldText("Backbone's rate", "×"),
        "schedule": FieldText("Falls as"),
        "poly_power": FieldText("Power", needs=("schedule", "poly")),
        "warmup_steps": FieldText("Warm-up", "steps"),
        "warmup_share": FieldText("Warm-up", SHARE),
    }),
    Group("Second stage", {
        "second_epochs": FieldText("Epochs", zero="No second stage"),
        "second_rate": FieldText("Learning rate", needs=("second_epochs", None)),
        "second_output_stride": FieldText(
            "Output stride", values=OUTPUT_STRIDES, zero="The model's own",
            needs=("second_epochs", None),
        ),
        "second_freeze_normalisation": FieldText(
            "Freeze normalisation", needs=("second_epochs", None)
        ),
    }),
    Group("Batches", {
        "batch_size": FieldText("Batch"),
        "crop": FieldText("Crop", "pixels", zero="The model's size"),
        "views": FieldText("Views"),
        "points": FieldText("Points a view"),
        "window": FieldText("Window", SHARE),
        "coarse_share": FieldText("Coarse at first", SHARE),
        "rare_below": FieldText("Rare classes", SHARE, zero="Draw all alike"),
        "class_weights": FieldText("Weights of classes"),
        "balance": FieldText("Balance of classes"),
    }),
    Group("Augmentation", {
        "scale_low": FieldText("Smallest scale", "×"),
        "scale_high": FieldText("Largest scale", "×"),
        "flip": FieldText("Flip", SHARE, zero="Never"),
        "brightness": FieldText("Brightness", SHARE),
        "contrast": FieldText("Contrast", SHARE),
        "saturation": FieldText("Saturation", SHARE),
        "hue": FieldText("Hue", SHARE),
        "copy_paste": FieldText("Copy and paste", SHARE, zero="Never"),
    }),
    Group("Optimiser", {
        "optimiser": FieldText("Optimiser"),
        "momentum": FieldText("Momentum", needs=("optimiser", "sgd")),
        "weight_decay": FieldText("Weight decay"),
        "gradient_clip": FieldText("Longest gradient", zero="Any"),
        "weight_average": FieldText("Average of weights", SHARE, zero="None"),
        "auxiliary_weight": FieldText("Auxiliary loss"),
        "seed": FieldText("Seed"),
    }),
    Group("Network", {
        "output_stride": FieldText("Output stride", values=OUTPUT_STRIDES, zero="The model's own"),
        "freeze_backbone_statistics": FieldText("Keep statistics"),
        "freeze_normalisation": FieldText("Freeze normalisation"),
        "statistics_decay": FieldText("Statistics kept", SHARE),
        "head_channels": FieldText("Filters of the head"),
        "atrous_rate": FieldText("Atrous rate"),
        "image_pooling": FieldText("Image-level features"),
    }),
    Group("Validation", {
        "validation_fraction": FieldText(
            "Hold out", SHARE, needs=("validation_count", 0)
        ),
        "validation_count": FieldText("Or exactly", "images", zero="By that share"),
    }),
    Group("Memory", {
        "micro_batch": FieldText("Crops at a time", zero="The whole batch"),
        "mixed_precision": FieldText("16-bit arithmetic"),
        "cache_megabytes": FieldText("Images in memory", "MB"),
        "memory_megabytes": FieldText("Features in memory", "MB"),
        "disk_megabytes": FieldText("Features on the disk", "MB"),
    }),
)  # fmt: skip


def groups_of(recipe: AnyRecipe) -> Iterator[Group]:
    """The groups with the fields that this recipe has."""
    known = recipe.to_dict()
    for group in GROUPS:
        fields = {name: text for name, text in group.fields.items() if name in known}
        if fields:
            yield Group(group.title, fields)


def label_of(name: str) -> str:
    """What a field is called; its own name where it is unknown."""
    for group in GROUPS:
        if name in group.fields:
            return group.fields[name].label
    return name
