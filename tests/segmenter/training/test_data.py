from pathlib import Path

import cv2
import numpy as np
import pytest

from segmenter.errors import MaskwrightError
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.label_png import write_label_png
from segmenter.project.project import Project
from segmenter.project.state import Side, State
from segmenter.project.stored_files import mask_file
from segmenter.training.data import FolderExamples, ProjectExamples
from segmenter.training.unusable import UnusableError

CLASSES = ("background", "cat")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two images, one in a subfolder, with masks; a third without."""
    images, masks = tmp_path / "images", tmp_path / "masks"
    (images / "été").mkdir(parents=True)
    for name in ("a.jpg", "été/b.png", "c.jpg"):
        (images / name).write_bytes(_encoded(name))
    write_mask(masks / "a.png", np.eye(8, 12, dtype=np.uint8))
    write_mask(masks / "été" / "b.png", np.full((8, 12), 255, np.uint8))
    return images, masks


def _encoded(name: str) -> bytes:
    return bytes(cv2.imencode(Path(name).suffix, np.full((8, 12, 3), 90, np.uint8))[1])


def write_mask(path: Path, labels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    classes = [LabelClass(i, name, default_color(i, name)) for i, name in enumerate(CLASSES)]
    write_label_png(path, labels, classes)


def test_images_and_masks_of_the_same_name_belong_together(folders: tuple[Path, Path]) -> None:
    examples = FolderExamples(*folders, CLASSES)
    assert set(examples.names) == {"a.jpg", "été/b.png"}
    rgb, labels = examples.load("a.jpg")
    assert rgb.shape == (8, 12, 3)
    assert np.array_equal(labels, np.eye(8, 12))


def test_masks_named_after_the_whole_file_name_come_first(folders: tuple[Path, Path]) -> None:
    write_mask(folders[1] / "a.jpg.png", np.ones((8, 12), np.uint8))
    assert FolderExamples(*folders, CLASSES).load("a.jpg")[1].all()


def test_a_mask_of_another_size_is_named(folders: tuple[Path, Path]) -> None:
    write_mask(folders[1] / "a.png", np.zeros((8, 13), np.uint8))
    with pytest.raises(MaskwrightError, match=r"a\.png is 13×8 pixels.* a\.jpg is 12×8"):
        FolderExamples(*folders, CLASSES).load("a.jpg")


def test_a_value_beyond_the_classes_is_named(folders: tuple[Path, Path]) -> None:
    write_mask(folders[1] / "a.png", np.full((8, 12), 7, np.uint8))
    with pytest.raises(MaskwrightError, match=r"a\.png has the value 7, but .*only 2 classes"):
        FolderExamples(*folders, CLASSES).load("a.jpg")


def test_no_classes_no_folder_no_image_and_no_mask_are_a_sentence_each(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    images, masks = folders
    (tmp_path / "empty").mkdir()
    for arguments, told in (
        ((images, masks, None), "--classes"),
        ((tmp_path / "none", masks, CLASSES), "no folder .*none"),
        ((tmp_path / "empty", masks, CLASSES), "no image in .*empty"),
        ((images, tmp_path / "empty", CLASSES), r"No image in .* has a mask in .*empty.*\.png"),
    ):
        with pytest.raises(MaskwrightError, match=told):
            FolderExamples(*arguments)


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        (tmp_path / name).write_bytes(_encoded(name))
    return tmp_path


def test_a_project_gives_what_was_corrected_or_approved(project_folder: Path) -> None:
    with Project.open(project_folder) as project:
        project.scan()
        first, second = (project.add_class(name).id for name in CLASSES)
        mask = np.full((8, 12), 255, np.uint8)
        mask[:4], mask[6:] = first, second
        project.save_mask("a.jpg", mask)
        certain = np.full((8, 12), 250, np.uint8)
        for name in ("b.jpg", "c.jpg"):
            project.save_prediction(name, np.full((8, 12), second, np.uint8), certain, 0.1)
        project.set_state("b.jpg", State.APPROVED)

        examples = ProjectExamples(project)
        assert examples.names == ("a.jpg", "b.jpg")
        assert examples.classes == CLASSES
        labels = examples.load("a.jpg")[1]
        for rows, expected in ((np.s_[:4], 0), (np.s_[4:6], 255), (np.s_[6:], 1)):
            assert (labels[rows] == expected).all()
        assert (examples.load("b.jpg")[1] == 1).all()


def test_a_project_tells_what_was_pinned(project_folder: Path) -> None:
    with Project.open(project_folder) as project:
        project.scan()
        project.add_class("cat")
        for name in ("a.jpg", "b.jpg"):
            project.save_mask(name, np.ones((8, 12), np.uint8))
        project.pin("b.jpg", Side.TRAINING)
        project.pin("c.jpg", Side.VALIDATION)  # not labelled yet
        assert ProjectExamples(project).pinned == {"b.jpg": Side.TRAINING}


def test_pixels_of_a_class_that_was_removed_are_unlabelled(project_folder: Path) -> None:
    with Project.open(project_folder) as project:
        project.scan()
        ids = [project.add_class(name).id for name in (*CLASSES, "dog")]
        project.save_mask("a.jpg", np.full((8, 12), ids[1], np.uint8))
        project.save_mask("b.jpg", np.full((8, 12), ids[2], np.uint8))
        project.remove_class(ids[1])
        examples = ProjectExamples(project)
        assert examples.classes == ("background", "dog")
        assert (examples.load("a.jpg")[1] == 255).all()
        assert (examples.load("b.jpg")[1] == 1).all()


def test_what_nothing_can_be_learnt_from_is_told_from_classes_that_do_not_fit(
    project_folder: Path, folders: tuple[Path, Path]
) -> None:
    with Project.open(project_folder) as project:
        project.scan()
        project.add_class("cat")
        certain = np.full((8, 12), 250, np.uint8)
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            project.save_prediction(name, np.zeros((8, 12), np.uint8), certain, 0.1)
            project.save_mask(name, np.ones((8, 12), np.uint8))
        examples = ProjectExamples(project)
        mask_of = {name: mask_file(project.data_folder, name) for name in examples.names}
        (project_folder / "a.jpg").unlink()
        mask_of["b.jpg"].unlink()  # its prediction is nothing that a person said
        mask_of["c.jpg"].write_bytes(b"torn")
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            with pytest.raises(UnusableError, match=name):
                examples.load(name)
        project.save_mask("c.jpg", np.ones((9, 12), np.uint8))
        with pytest.raises(UnusableError, match="same size"):
            examples.load("c.jpg")
    pairs = FolderExamples(*folders, CLASSES[:1])
    with pytest.raises(MaskwrightError, match="classes") as wrong:
        pairs.load("a.jpg")
    assert not isinstance(wrong.value, UnusableError)
    (folders[1] / "a.png").unlink()
    with pytest.raises(UnusableError, match=r"a\.png"):
        pairs.load("a.jpg")


def test_a_run_that_goes_on_keeps_its_classes_whatever_became_of_them(
    project_folder: Path,
) -> None:
    with Project.open(project_folder) as project:
        project.scan()
        ids = [project.add_class(name).id for name in (*CLASSES, "dog")]
        known = dict(zip(ids, (*CLASSES, "dog"), strict=True))
        project.remove_class(ids[1])
        project.change_class(ids[2], name="hound")
        later = project.add_class("later").id
        for name, value in (("a.jpg", ids[1]), ("b.jpg", ids[2]), ("c.jpg", later)):
            project.save_mask(name, np.full((8, 12), value, np.uint8))
        examples = ProjectExamples(project, known)
        assert examples.classes == (*CLASSES, "dog")
        assert examples.class_ids == tuple(ids)
        values = {name: int(examples.load(name)[1].max()) for name in examples.names}
        assert values == {"a.jpg": 255, "b.jpg": 2, "c.jpg": 255}


def test_a_merge_leaves_the_examples_whole(project_folder: Path) -> None:
    with Project.open(project_folder) as project:
        project.scan()
        ids = [project.add_class(name).id for name in (*CLASSES, "kitty")]
        project.save_mask("a.jpg", np.full((8, 12), ids[2], np.uint8))
        project.merges.merge([ids[2]], ids[1])
        examples = ProjectExamples(project)
        assert examples.classes == CLASSES
        assert examples.former_names == {"kitty": CLASSES[1]}
        assert (examples.load("a.jpg")[1] == 1).all()


def test_a_project_without_corrections_says_so(project_folder: Path) -> None:
    with Project.open(project_folder) as project:
        project.scan()
        with pytest.raises(MaskwrightError, match="no classes"):
            ProjectExamples(project)
        project.add_class("cat")
        with pytest.raises(MaskwrightError, match="corrected or approved"):
            ProjectExamples(project)
