"""Two models on the same images: figures that can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from known_networks import says
from training_task import CLASSES, Task

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.project.images import load_image
from segmenter.project.label_png import read_label_classes, read_label_png
from segmenter.project.project import Project
from segmenter.training.compare import compare_models
from segmenter.training.comparison import Comparison, ImageChange
from segmenter.training.data import FolderExamples
from segmenter.training.held_out import IMAGES_OF, LEARNT_FROM


def shares(task: Task) -> dict[str, float]:
    """Name → the petal's share of its pixels."""
    examples = FolderExamples(task.images, task.masks, CLASSES)
    return {name: float(examples.load_labels(name).mean()) for name in examples.names}


def compared(task: Task, **options: object) -> Comparison:
    """The model that says "background" against the one that says "petal", on the CPU."""
    return compare_models(
        says("background"), says("petal"), images=task.images, masks=task.masks, device="cpu",
        **options,  # type: ignore[arg-type]
    )  # fmt: skip


def held_out(names: list[str]) -> ModelCard:
    return ModelCard(training={"validation": names})


def test_the_figures_of_both_are_those_of_their_labels(task: Task) -> None:
    found = compared(task)
    share = float(np.mean(list(shares(task).values())))
    assert found.classes == CLASSES
    assert found.old.iou == {"background": pytest.approx(1 - share, abs=1e-5), "petal": 0.0}
    assert found.new.iou == {"background": 0.0, "petal": pytest.approx(share, abs=1e-5)}
    assert found.old.mean_iou == pytest.approx((1 - share) / 2, abs=1e-5)
    assert found.new.mean_iou == pytest.approx(share / 2, abs=1e-5)
    assert found.old.pixel_accuracy == pytest.approx(1 - share, abs=1e-5)
    assert found.new.pixel_accuracy == pytest.approx(share, abs=1e-5)
    assert found.old.boundary_f == found.new.boundary_f == 0
    assert found.old.images == found.new.images == 12


def test_each_image_has_its_own_figures_the_most_improved_first(task: Task) -> None:
    by_name = shares(task)
    found = compared(task)
    assert {each.name for each in found.images} == set(by_name)
    for each in found.images:
        share = by_name[each.name]
        assert each.old == pytest.approx((1 - share) / 2, abs=1e-5)
        assert each.new == pytest.approx(share / 2, abs=1e-5)
        assert each.change == pytest.approx(share - 0.5, abs=1e-5)
    ordered = sorted(by_name, key=lambda name: -by_name[name])
    assert [each.name for each in found.images] == ordered


def test_images_of_one_change_keep_their_order(task: Task) -> None:
    found = compare_models(
        says("petal"), says("petal"), images=task.images, masks=task.masks, device="cpu"
    )
    assert [each.change for each in found.images] == [0.0] * 12
    assert [each.number for each in found.images] == list(range(12))


def test_the_same_comparison_gives_the_same_figures(task: Task) -> None:
    first, second = compared(task).to_dict(), compared(task).to_dict()
    del first["seconds"], second["seconds"]
    assert first == second


def test_only_images_that_the_new_model_held_out_count(task: Task) -> None:
    names = list(shares(task))
    new = says("petal", card=held_out(names[3:6]))
    found = compare_models(
        says("background"), new, images=task.images, masks=task.masks, device="cpu"
    )
    assert {each.name for each in found.images} == set(names[3:6])
    assert found.old.images == found.new.images == 3
    assert found.held_out
    assert found.note == ""


@pytest.mark.parametrize(
    ("card", "words"),
    [
        (ModelCard(), "names no image that it held out, so all 12 labelled images count"),
        (held_out(["gone.png"]), "None of the images that the new model held out"),
        (
            ModelCard(training={"validation": ["01.png"], IMAGES_OF: "another"}),
            "are those of another folder",
        ),
        (
            ModelCard(training={"validation": ["01.png"], LEARNT_FROM: ["01.png"]}),
            "What the new model held out was learnt from before",
        ),
        (ModelCard(training={"validation": "damaged"}), "names no image"),
        (ModelCard(training={"validation": [1, 2]}), "names no image"),
    ],
)
def test_without_held_out_images_all_count_and_it_says_so(
    task: Task, card: ModelCard, words: str
) -> None:
    found = compare_models(
        says("background"), says("petal", card=card), images=task.images, masks=task.masks,
        device="cpu",
    )  # fmt: skip
    assert len(found.images) == 12
    assert not found.held_out
    assert words in found.note
    assert "flatters" in found.note


def test_it_says_how_many_held_out_images_are_missing(task: Task) -> None:
    names = list(shares(task))
    new = says("petal", card=held_out([*names[:2], "gone.png"]))
    found = compare_models(
        says("background"), new, images=task.images, masks=task.masks, device="cpu"
    )
    assert found.held_out
    assert found.note == "1 of the 3 images that the new model held out has no mask any more."


def test_it_says_where_the_old_model_may_have_learnt_from_what_it_is_judged_by(
    task: Task,
) -> None:
    names = list(shares(task))
    old = says("background", card=held_out(names[2:5]))
    new = says("petal", card=held_out(names[:4]))
    found = compare_models(old, new, images=task.images, masks=task.masks, device="cpu")
    assert found.note == (
        "The old model may have learnt from 2 of the 4 images, which flatters it."
    )
    assert found.old_learnt
    elsewhere = says("background", card=held_out(["street/1.png"]))
    found = compare_models(elsewhere, new, images=task.images, masks=task.masks, device="cpu")
    assert found.note == ""
    assert not found.old_learnt


def test_images_can_be_named(task: Task) -> None:
    names = list(shares(task))
    found = compared(task, names=[names[7], names[2], names[7]])
    assert {each.name: each.number for each in found.images} == {names[7]: 0, names[2]: 1}
    assert found.note == "The new model may have learnt from all 2 images."
    with pytest.raises(MaskwrightError, match=r"no image zebra\.png"):
        compared(task, names=["zebra.png"])


def test_classes_are_matched_by_name(task: Task) -> None:
    """Each of the models has other classes, in another order, in another case."""
    found = compare_models(
        says("Petal", ("Petal", "sky")), says("petal", ("sky", "background", "petal")),
        images=task.images, masks=task.masks, classes=CLASSES, device="cpu",
    )  # fmt: skip
    share = float(np.mean(list(shares(task).values())))
    assert found.old.iou == found.new.iou
    assert found.old.iou["petal"] == pytest.approx(share, abs=1e-5)
    assert found.unknown_to_old == ("background",)
    assert found.unknown_to_new == ()


def test_a_class_of_no_mask_is_wrong_everywhere(task: Task, tmp_path: Path) -> None:
    found = compare_models(
        says("petal"), says("sky", ("sky", "petal")),
        images=task.images, masks=task.masks, classes=CLASSES, device="cpu", out=tmp_path,
    )  # fmt: skip
    assert found.new.pixel_accuracy == 0
    assert set(np.unique(read_label_png(tmp_path / "new" / "0.png"))) == {254}


def test_what_each_model_says_can_be_looked_at(task: Task, tmp_path: Path) -> None:
    told: list[ImageChange] = []
    found = compared(task, out=tmp_path / "labels", on_image=told.append)
    assert sorted(told, key=lambda each: each.name) == sorted(
        found.images, key=lambda each: each.name
    )
    assert [each.number for each in told] == list(range(12))
    for each in told:
        size = load_image(task.images / each.name).shape[:2]
        old, new = read_label_png(each.old_labels), read_label_png(each.new_labels)
        assert old.shape == new.shape == size
        assert not old.any()
        assert (new == 1).all()
        assert Path(each.old_labels) == tmp_path / "labels" / "old" / f"{each.number}.png"
    names = [each.name for each in read_label_classes(told[0].old_labels)]
    assert names == ["background", "petal", "another class"]


def test_a_projects_corrections_count_and_its_former_names_are_known(
    task: Task, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("01.png", "02.png", "04.png"):
        (folder / name).write_bytes((task.images / name).read_bytes())
    with Project.open(folder) as project:
        project.scan()
        project.add_class("background")
        petal = project.add_class("petal", (10, 20, 30))
        for name in ("01.png", "02.png"):
            project.save_mask(name, read_label_png(task.masks / name))
        project.change_class(petal.id, name="blossom")
        found = compare_models(
            says("background"), says("petal"), project=project, device="cpu", out=tmp_path / "out"
        )
    by_name = shares(task)
    assert {each.name for each in found.images} == {"01.png", "02.png"}
    assert found.classes == ("background", "blossom")
    share = (by_name["01.png"] + by_name["02.png"]) / 2
    assert found.new.iou["blossom"] == pytest.approx(share, abs=1e-5)
    classes = read_label_classes(tmp_path / "out" / "new" / "0.png")
    assert (classes[1].name, classes[1].color) == ("blossom", (10, 20, 30))


def test_an_image_without_a_labelled_pixel_has_no_figures(task: Task, tmp_path: Path) -> None:
    from training_task import LABEL_CLASSES

    from segmenter.project.label_png import write_label_png

    masks = tmp_path / "masks"
    for name in ("01.png", "02.png"):
        labels = read_label_png(task.masks / name)
        labels[:] = 255 if name == "01.png" else labels
        write_label_png(masks / name, labels, LABEL_CLASSES)
    found = compare_models(
        says("background"), says("petal"), images=task.images, masks=masks, device="cpu"
    )
    unscored = next(each for each in found.images if each.name == "01.png")
    assert (unscored.old, unscored.new, unscored.change) == (None, None, 0.0)
    share = shares(task)["02.png"]
    assert found.new.pixel_accuracy == pytest.approx(share, abs=1e-5)


def test_an_image_that_cannot_be_read_is_left_out_and_said(task: Task, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    for name in ("01.png", "02.png", "04.png"):
        (images / name).write_bytes((task.images / name).read_bytes())
    (images / "02.png").write_bytes(b"no photo at all")
    found = compare_models(
        says("background"), says("petal"), images=images, masks=task.masks, device="cpu",
        out=tmp_path / "out",
    )  # fmt: skip
    assert {each.name: each.number for each in found.images} == {"01.png": 0, "04.png": 1}
    assert found.new.images == 2
    assert "1 image is left out:" in found.note
    assert "02.png" in found.note
    for name in ("01.png", "04.png"):
        (images / name).write_bytes(b"")
    with pytest.raises(MaskwrightError, match=r"01\.png"):
        compare_models(
            says("background"), says("petal"), images=images, masks=task.masks, device="cpu"
        )


def test_progress_goes_up_to_the_end(task: Task) -> None:
    seen: list[tuple[int, int]] = []
    compared(task, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 12) for done in range(13)]


def test_it_can_be_cancelled_between_two_images(task: Task) -> None:
    cancel = CancelToken()
    told: list[ImageChange] = []

    def note(image: ImageChange) -> None:
        told.append(image)
        cancel.cancel()

    with pytest.raises(Cancelled):
        compared(task, on_image=note, cancel=cancel)
    assert len(told) == 1


def test_json_and_back(task: Task, tmp_path: Path) -> None:
    found = compared(task, out=tmp_path)
    again = Comparison.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again.to_dict() == found.to_dict()
    assert again.images == found.images
    assert (again.old, again.new) == (found.old, found.new)


def test_a_model_that_is_missing_is_one_sentence(task: Task, tmp_path: Path) -> None:
    with pytest.raises(MaskwrightError, match="nothing"):
        compare_models(
            "starter", tmp_path / "nothing.safetensors", images=task.images, masks=task.masks
        )
