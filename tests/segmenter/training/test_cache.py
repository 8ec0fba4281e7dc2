from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.training.cache import ExampleCache
from segmenter.training.data import FolderExamples


class CountedExamples(FolderExamples):
    """Counts how often each example is read."""

    reads: dict[str, int]

    def load(self, name: str):  # type: ignore[no-untyped-def]
        counts = self.__dict__.setdefault("reads", {})
        counts[name] = counts.get(name, 0) + 1
        return super().load(name)


@pytest.fixture
def examples(task) -> CountedExamples:  # type: ignore[no-untyped-def]
    return CountedExamples(task.images, task.masks, ("background", "petal"))


def no_progress(done: int, total: int) -> None:
    pass


def test_what_fits_is_read_once_and_the_rest_again(examples: CountedExamples) -> None:
    size = 96 * 128 * 4
    cache = ExampleCache(examples, short_side=1000, max_bytes=5 * size)
    cache.prepare(examples.names, (), no_progress)
    for _ in range(2):
        for name in examples.names:
            cache.get(name)
    assert sorted(examples.reads.values()) == [1] * 5 + [3] * 7


def test_large_images_are_kept_small_and_their_masks_with_them(examples: CountedExamples) -> None:
    cache = ExampleCache(examples, short_side=48, max_bytes=10**9)
    cache.prepare(examples.names, (), no_progress)
    rgb, labels = cache.get(examples.names[0])
    assert rgb.shape == (48, 64, 3)
    assert labels.shape == (48, 64)
    full = examples.load(examples.names[0])[1]
    assert np.mean(labels == full[1::2, 1::2]) > 0.97


def test_pixels_are_counted_and_images_without_a_label_left_out(
    examples: CountedExamples, tmp_path: Path
) -> None:
    cache = ExampleCache(examples, short_side=1000, max_bytes=10**9)
    cache.prepare(examples.names[:3], examples.names, no_progress)
    truth = [examples.load(name)[1] for name in examples.names[:3]]
    assert cache.pixels[1] == sum(int((labels == 1).sum()) for labels in truth)
    assert cache.labelled == list(examples.names[:3])


def test_a_bad_mask_among_the_held_out_images_is_found_before_training(
    examples: CountedExamples,
) -> None:
    narrow = FolderExamples(examples._images, examples._masks, ("background",))
    with pytest.raises(MaskwrightError, match="value 1"):
        ExampleCache(narrow, short_side=9, max_bytes=0).prepare((), narrow.names, no_progress)


def test_reading_can_be_cancelled(examples: CountedExamples) -> None:
    cancel = CancelToken()
    seen = []

    def after_two(done: int, total: int) -> None:
        seen.append(done)
        if done == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        ExampleCache(examples, short_side=9, max_bytes=0).prepare(
            examples.names, (), after_two, cancel
        )
    assert seen == [1, 2]


@pytest.fixture
def pairs(task, tmp_path: Path) -> FolderExamples:  # type: ignore[no-untyped-def]
    """Four images with their masks, in folders of their own."""
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        for number in (1, 2, 4, 5):
            name = f"{number:02}.png"
            (tmp_path / folder / name).write_bytes(
                (task.images.parent / folder / name).read_bytes()
            )
    return FolderExamples(tmp_path / "images", tmp_path / "masks", ("background", "petal"))


def test_an_image_that_is_deleted_meanwhile_is_stood_in_for_by_another(
    pairs: FolderExamples, tmp_path: Path
) -> None:
    notes: list[str] = []
    cache = ExampleCache(pairs, short_side=1000, max_bytes=0, on_note=notes.append)
    cache.prepare(pairs.names, (), no_progress)
    assert notes == []
    (tmp_path / "images" / "02.png").unlink()
    (tmp_path / "masks" / "04.png").unlink()
    instead = cache.get("02.png")
    assert np.array_equal(instead[0], cache.get("05.png")[0])
    cache.get("04.png")
    cache.tell_what_is_unusable()
    cache.tell_what_is_unusable()
    assert [note.split(" ")[0] for note in notes] == ["02.png", "04.png"]
    for name in ("01.png", "05.png"):
        (tmp_path / "masks" / name).write_bytes(b"half a fi")
    with pytest.raises(MaskwrightError, match=r"None of the images .*01\.png"):
        cache.get("01.png")


def test_an_image_that_is_deleted_before_it_was_read_is_passed_over(
    pairs: FolderExamples, tmp_path: Path
) -> None:
    notes: list[str] = []
    (tmp_path / "images" / "02.png").unlink()
    (tmp_path / "masks" / "04.png").unlink()
    cache = ExampleCache(pairs, short_side=1000, max_bytes=10**9, on_note=notes.append)
    cache.prepare(pairs.names[:2], pairs.names[2:], no_progress)
    assert cache.labelled == ["01.png"]
    assert set(cache.unusable) == {"02.png", "04.png"}
    assert len(notes) == 2


def test_what_is_damaged_or_of_another_size_is_passed_over(
    pairs: FolderExamples, tmp_path: Path
) -> None:
    notes: list[str] = []
    (tmp_path / "masks" / "02.png").write_bytes(b"half a fi")
    Image.new("RGB", (7, 9)).save(tmp_path / "images" / "04.png")
    cache = ExampleCache(pairs, short_side=1000, max_bytes=10**9, on_note=notes.append)
    cache.prepare(pairs.names, (), no_progress)
    assert cache.labelled == ["01.png", "05.png"]
    assert [note.split(" ")[0] for note in notes] == ["02.png", "04.png"]
    assert "same size" in notes[1]


def test_of_many_images_that_are_passed_over_the_first_are_named(
    pairs: FolderExamples, tmp_path: Path
) -> None:
    notes: list[str] = []
    for path in (tmp_path / "masks").iterdir():
        path.write_bytes(b"half a fi")
    cache = ExampleCache(pairs, short_side=1000, max_bytes=10**9, on_note=notes.append)
    cache.prepare(pairs.names, (), no_progress)
    assert notes[3:] == ["1 more image is passed over."]
