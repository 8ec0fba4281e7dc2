"""Learning at once: real networks on photos, and masks that follow a rule."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from training_task import CLASSES, SMALL, Task

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import save_model
from segmenter.nn.zoo import load_model, network_from_imagenet
from segmenter.paths import resource
from segmenter.prediction.predictor import Predictor
from segmenter.project.images import load_image
from segmenter.project.label_png import write_label_png
from segmenter.training import events
from segmenter.training.data import FolderExamples
from segmenter.training.evaluate import score_predictor
from segmenter.training.feature_store import FeatureStore
from segmenter.training.held_out import LEARNT_FROM
from segmenter.training.quick import PATIENCE, learn_quick
from segmenter.training.quick_recipe import QUICK, QuickRecipe

STEPS = QUICK.replace(steps=40, batch_size=2, views=2)
"""By steps, not by time: the same on every machine."""


@pytest.fixture(scope="module")
def start() -> DeepLabV3:
    """It knows none of the classes."""
    torch.manual_seed(1)
    return network_from_imagenet(SMALL.replace(classes=("sky", "sea"))).eval()


@pytest.fixture
def examples(task: Task) -> FolderExamples:
    return FolderExamples(task.images, task.masks, CLASSES)


def mean_iou(network: DeepLabV3, examples: FolderExamples, names: tuple[str, ...]) -> float:
    predictor = Predictor(network, "cpu", tile="off", threads=1)
    found = score_predictor(predictor, examples, names).mean_iou
    assert found is not None
    return found


class Ticking:
    """A clock on which some time passes whenever somebody looks at it."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self.now = 0.0

    def __call__(self) -> float:
        self.now += self._seconds
        return self.now


def learn(
    start: DeepLabV3, examples: FolderExamples, recipe: QuickRecipe = STEPS, **arguments: object
) -> DeepLabV3:
    return learn_quick(
        start,
        examples,
        **{"recipe": recipe, "device": "cpu", "threads": 1, **arguments},  # type: ignore[arg-type]
    )


def weights(network: DeepLabV3) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(tensor, b[name]) for name, tensor in a.items())


def test_it_gets_better_on_images_it_never_saw(start: DeepLabV3, examples: FolderExamples) -> None:
    known, others = examples.names[:8], examples.names[8:]
    little, more = (
        mean_iou(learn(start, examples, STEPS.replace(steps=steps), names=known), examples, others)
        for steps in (5, 80)
    )
    all_background = np.mean([np.mean(examples.load_labels(name) == 0) for name in others]) / 2
    assert more > max(little, all_background) + 0.1


@pytest.fixture
def plants(tmp_path: Path) -> FolderExamples:
    """The halves of three photos; what is green in them is a plant."""
    for folder in ("i", "m"):
        (tmp_path / folder).mkdir()
    for name in ("dandelion", "flower", "raccoon"):
        rgb = cv2.resize(load_image(resource("sample", f"{name}.jpg")), (480, 320))
        hue, saturation, _ = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))
        green = ((hue > 30) & (hue < 90) & (saturation > 60)).astype(np.uint8)
        green = np.asarray(cv2.medianBlur(green, 15), np.uint8)
        for half, columns in (("left", slice(0, 240)), ("right", slice(240, 480))):
            cv2.imwrite(str(tmp_path / "i" / f"{half} {name}.png"), rgb[:, columns, ::-1])
            write_label_png(tmp_path / "m" / f"{half} {name}.png", green[:, columns], [])
    return FolderExamples(tmp_path / "i", tmp_path / "m", ("rest", "plant"))


def test_the_starter_learns_a_class_that_it_never_heard_of(plants: FolderExamples) -> None:
    left, right = plants.names[:3], plants.names[3:]
    assert {name.split()[0] for name in left} == {"left"}
    learnt = learn(load_model("starter"), plants, STEPS.replace(views=1), names=left)
    assert learnt.config.classes == ("rest", "plant")
    assert mean_iou(learnt, plants, right) > 0.6


def test_three_strokes_a_class_are_enough_and_what_is_not_labelled_does_not_count(
    start: DeepLabV3, plants: FolderExamples, tmp_path: Path
) -> None:
    random = np.random.default_rng(0)
    left, right = plants.names[:3], plants.names[3:]
    for name in left:
        truth = plants.load_labels(name)
        strokes = np.full_like(truth, 255)
        for class_ in np.repeat(np.unique(truth), 3):
            y, x = random.choice(np.argwhere(truth == class_))
            stroke = np.s_[max(0, y - 1) : y + 2, max(0, x - 20) : x + 20]
            strokes[stroke] = truth[stroke]
        assert 0 < np.mean(strokes != 255) < 0.01
        write_label_png(tmp_path / "strokes" / name, strokes, [])
    strokes_alone = FolderExamples(tmp_path / "i", tmp_path / "strokes", plants.classes)
    larger = DeepLabV3(start.config.replace(input_size=160))
    larger.load_state_dict(start.state_dict())
    learnt = learn(larger.eval(), strokes_alone, names=left)
    one_class = max(
        np.mean([np.mean(plants.load_labels(name) == class_) for name in right]) / 2
        for class_ in (0, 1)
    )
    assert mean_iou(learnt, plants, right) > one_class + 0.1


def test_the_network_it_started_from_stays_as_it_was(
    start: DeepLabV3, examples: FolderExamples
) -> None:
    before = weights(start)
    learnt = learn(start, examples, STEPS.replace(steps=2))
    assert same(weights(start), before)
    assert not start.training
    assert all(parameter.grad is None for parameter in start.parameters())
    kept = learnt.backbone.state_dict()
    assert all(torch.equal(t, kept[name]) for name, t in start.backbone.state_dict().items())


def test_the_result_is_a_model_like_any_other(
    start: DeepLabV3, examples: FolderExamples, tmp_path: Path
) -> None:
    learnt = learn(start, examples, STEPS.replace(steps=2))
    assert not any(module.training for module in learnt.modules())
    assert all(p.grad is None and p.grad_fn is None for p in learnt.parameters())
    save_model(learnt, tmp_path / "learnt.safetensors")
    again = load_model(tmp_path / "learnt.safetensors")
    assert same(weights(again), weights(learnt))
    assert again.config.classes == CLASSES
    assert again.card.training["training_images"] == len(examples.names)
    assert again.card.training["steps"] == 2


def test_the_settings_of_pytorch_are_as_before(start: DeepLabV3, examples: FolderExamples) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    threads = torch.get_num_threads()
    with torch.inference_mode():
        learn(start, examples, STEPS.replace(steps=1), names=examples.names[:1])
        assert torch.is_inference_mode_enabled()
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.rand(3), expected)


def test_the_same_seed_gives_the_same_network(start: DeepLabV3, examples: FolderExamples) -> None:
    recipe = STEPS.replace(steps=3)
    one, two = (weights(learn(start, examples, recipe, names=examples.names[:2])) for _ in range(2))
    assert same(one, two)
    other = learn(start, examples, recipe.replace(seed=1), names=examples.names[:2])
    assert not same(one, weights(other))


def test_steps_within_a_time_tell_how_far_they_are(
    start: DeepLabV3, examples: FolderExamples
) -> None:
    told: list[events.Event] = []
    recipe = STEPS.replace(steps=0, least_steps=0, seconds=2, seconds_per_image=0)
    learn(start, examples, recipe, names=examples.names[:2], on_event=told.append)
    batches = [event for event in told if isinstance(event, events.Batch)]
    assert batches
    for each in batches:
        assert each.eta_s <= 2
        assert each.batch <= each.batches
        assert each.rate > 0


def test_stop_keeps_what_was_learnt(start: DeepLabV3, examples: FolderExamples) -> None:
    cancel = CancelToken()
    told: list[events.Event] = []

    def stop_soon(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Batch):
            cancel.cancel()

    learnt = learn(start, examples, STEPS.replace(steps=100_000), cancel=cancel, on_event=stop_soon)
    assert isinstance(told[-1], events.Stopped)
    assert learnt.card.training["steps"] < 100_000
    prediction = Predictor(learnt, "cpu", threads=1).predict(examples.load(examples.names[0])[0])
    assert set(np.unique(prediction.labels)) <= {0, 1}


def test_stop_before_anything_is_learnt_leaves_nothing(
    start: DeepLabV3, examples: FolderExamples
) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        learn(start, examples, cancel=cancel)


def test_it_ends_when_the_time_is_over(start: DeepLabV3, examples: FolderExamples) -> None:
    clock = Ticking()
    told: list[events.Event] = []
    done: list[int] = []
    recipe = QUICK.replace(
        seconds=60, seconds_per_image=0, most_seconds=60, batch_size=2, least_steps=0
    )
    learn(
        start,
        examples,
        recipe,
        names=examples.names[:2],
        clock=clock,
        on_event=told.append,
        progress=lambda part, total: done.append(part * 100 // total),
    )
    assert 55 < clock.now < 75
    assert isinstance(told[-1], events.Done)
    assert done == sorted(done)
    assert done[-1] == 100
    assert json.loads(json.dumps(told[0].to_dict()))["event"] == "start"


@pytest.mark.parametrize(("least", "steps"), [(12, 12), (1000, None)])
def test_a_slow_machine_takes_longer_rather_than_too_few_steps(
    start: DeepLabV3, examples: FolderExamples, least: int, steps: int | None
) -> None:
    clock = Ticking()
    done: list[int] = []
    recipe = QUICK.replace(
        seconds=30, seconds_per_image=0, views=1, batch_size=2, least_steps=least
    )
    learnt = learn(
        start,
        examples,
        recipe,
        names=examples.names[:1],
        clock=clock,
        progress=lambda part, total: done.append(part * 100 // total),
    )
    if steps is not None:
        assert learnt.card.training["steps"] == steps
        assert clock.now > 40
    else:  # but not for ever
        assert learnt.card.training["steps"] < least
        assert clock.now < 30 * (PATIENCE + 1)
    assert done == sorted(done)


def test_many_images_leave_time_to_learn(start: DeepLabV3, examples: FolderExamples) -> None:
    clock = Ticking()
    told: list[events.Event] = []
    recipe = QUICK.replace(seconds=30, seconds_per_image=0, most_seconds=30, views=8, least_steps=0)
    learnt = learn(start, examples, recipe, clock=clock, on_event=told.append)
    assert 0 < learnt.card.training["training_images"] < len(examples.names)
    assert learnt.card.training["steps"] >= 3
    (read,) = (each for each in told if isinstance(each, events.LearnsFrom))
    assert (read.images, read.of) == (learnt.card.training["training_images"], len(examples.names))
    assert read.note == (
        f"Learning from {read.images} of {read.of} images: there is no time for more."
    )


def test_where_nobody_waits_all_images_are_read_and_there_is_time_to_learn(
    start: DeepLabV3, examples: FolderExamples
) -> None:
    clock = Ticking()
    told: list[events.Event] = []
    recipe = QUICK.replace(
        seconds=30, seconds_per_image=0, most_seconds=30, views=2, least_steps=0, reading_share=0.1
    )
    learnt = learn(start, examples, recipe, clock=clock, on_event=told.append, reads_all=True)
    assert learnt.card.training["training_images"] == len(examples.names)
    assert learnt.card.training["steps"] >= 5
    (read,) = (each for each in told if isinstance(each, events.LearnsFrom))
    assert (read.images, read.lacks, read.note) == (len(examples.names), "", "")


def test_features_that_memory_does_not_hold_are_left_out_and_it_says_so(
    start: DeepLabV3, examples: FolderExamples
) -> None:
    told: list[events.Event] = []
    learn(start, examples, STEPS.replace(steps=1, memory_megabytes=0), on_event=told.append)
    (read,) = (each for each in told if isinstance(each, events.LearnsFrom))
    assert (read.images, read.lacks) == (1, "memory")


def test_where_memory_is_short_each_image_gets_fewer_views(
    start: DeepLabV3, examples: FolderExamples
) -> None:
    told: list[events.Event] = []
    store = FeatureStore(100_000_000)
    recipe = STEPS.replace(steps=1, views=8, memory_megabytes=3)
    learn(start, examples, recipe, store=store, on_event=told.append)
    (read,) = (each for each in told if isinstance(each, events.LearnsFrom))
    assert (read.images, read.lacks) == (len(examples.names), "")
    plenty = FeatureStore(100_000_000)
    learn(start, examples, STEPS.replace(steps=1, views=8), store=plenty)
    assert plenty.bytes_in_memory > 3_000_000
    assert store.bytes_in_memory < plenty.bytes_in_memory


def test_all_views_are_taken_where_there_is_time(
    start: DeepLabV3, examples: FolderExamples
) -> None:
    clock = Ticking(0.1)
    sizes = []
    for recipe in (
        STEPS.replace(steps=1, views=4),
        QUICK.replace(seconds=10, views=4, least_steps=0),
    ):
        store = FeatureStore(100_000_000)
        learn(start, examples, recipe, names=examples.names[:1], store=store, clock=clock)
        sizes.append(store.bytes_in_memory)
    assert sizes[0] == sizes[1] > 0


def test_features_are_computed_once(start: DeepLabV3, examples: FolderExamples) -> None:
    store = FeatureStore(100_000_000)
    looked: list[str] = []

    class Watched(FolderExamples):
        def load_image(self, name: str) -> NDArray[np.uint8]:
            looked.append(name)
            return super().load_image(name)

    watched = Watched(examples._images, examples._masks, CLASSES)
    recipe = STEPS.replace(steps=2)
    first = learn(start, watched, recipe, names=examples.names[:3], store=store)
    assert sorted(looked) == sorted(examples.names[:3])
    again = learn(first, watched, recipe, names=examples.names[:4], store=store)
    assert looked[3:] == [examples.names[3]], "the backbone is the same, so are the features"
    assert again.config == first.config


def test_an_image_that_has_changed_is_looked_at_again(
    start: DeepLabV3, plants: FolderExamples
) -> None:
    store = FeatureStore(100_000_000)
    recipe = STEPS.replace(steps=1, views=1)
    learn(start, plants, recipe, names=("left flower.png",), store=store)
    kept = store.bytes_in_memory
    path = plants._images / "left flower.png"
    cv2.imwrite(str(path), 255 - load_image(path))
    learn(start, plants, recipe, names=("left flower.png",), store=store)
    assert store.bytes_in_memory == 2 * kept


WEIGHT = "classifier.1.weight"
STILL = STEPS.replace(steps=1, warm_rate=1e-30)


@pytest.fixture(scope="module")
def trained(start: DeepLabV3, task: Task) -> DeepLabV3:
    """A head that has seen something, and was not made by learning at once."""
    examples = FolderExamples(task.images, task.masks, CLASSES)
    network = learn(start, examples, STEPS.replace(steps=1), names=examples.names[:2])
    network.card = ModelCard()
    return network


def test_a_trained_head_goes_on_where_it_knows_the_classes(trained: DeepLabV3, task: Task) -> None:
    for classes, goes_on in (
        (CLASSES, True),
        (("Background", "PETAL"), True),
        (("background", "leaf"), True),  # by elimination
        (("ground", "leaf"), False),
    ):
        examples = FolderExamples(task.images, task.masks, classes)
        again = learn(trained, examples, STILL, names=examples.names[:2])
        assert again.config.classes == classes
        assert torch.equal(again.state_dict()[WEIGHT], trained.state_dict()[WEIGHT]) == goes_on


def test_a_trained_head_keeps_its_statistics(trained: DeepLabV3, task: Task) -> None:
    examples = FolderExamples(task.images, task.masks, CLASSES)
    again = learn(trained, examples, STILL, names=examples.names[:2])
    assert same(weights(again), weights(trained))


def test_a_head_that_was_made_here_starts_anew(start: DeepLabV3, examples: FolderExamples) -> None:
    first = learn(start, examples, STEPS.replace(steps=1), names=examples.names[:2])
    again = learn(first, examples, STILL, names=examples.names[:2])
    assert not torch.equal(again.state_dict()[WEIGHT], first.state_dict()[WEIGHT])


def test_a_class_that_is_added_without_a_label_costs_nothing_that_was_known(
    trained: DeepLabV3, task: Task
) -> None:
    more = FolderExamples(task.images, task.masks, ("background", "petal", "stem"))
    again = learn(trained, more, STILL, names=more.names[:2])
    assert again.config.classes == more.classes
    assert torch.equal(again.state_dict()[WEIGHT][:2], trained.state_dict()[WEIGHT])


def test_nothing_to_learn_from_is_one_sentence(
    start: DeepLabV3, task: Task, examples: FolderExamples, tmp_path: Path
) -> None:
    name = examples.names[0]
    path = (tmp_path / name).with_suffix(".png")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_label_png(path, np.full((96, 128), 255, np.uint8), [])
    with pytest.raises(MaskwrightError, match="Nothing is labelled"):
        learn(start, FolderExamples(task.images, tmp_path, CLASSES))
    with pytest.raises(MaskwrightError, match="no image"):
        learn(start, examples, names=())
    write_label_png(path, np.zeros((90, 128), np.uint8), [])
    with pytest.raises(MaskwrightError, match="same size"):
        learn(start, FolderExamples(task.images, tmp_path, CLASSES))


def test_an_image_that_nothing_can_be_learnt_from_stops_no_other(
    start: DeepLabV3, task: Task, tmp_path: Path
) -> None:
    shutil.copytree(task.images, tmp_path / "i")
    shutil.copytree(task.masks, tmp_path / "m")
    examples = FolderExamples(tmp_path / "i", tmp_path / "m", CLASSES)
    first, second, *others = examples.names
    (tmp_path / "i" / first).write_bytes(b"torn")
    mask = next(tmp_path.joinpath("m").glob(f"{Path(second).stem}.*"))
    write_label_png(mask, np.zeros((90, 128), np.uint8), [])
    told: list[events.Event] = []
    learnt = learn(start, examples, STEPS, on_event=told.append)
    assert learnt.card.training["training_images"] == len(others)
    assert {first, second}.isdisjoint(learnt.card.training[LEARNT_FROM])
    notes = [event.text.split(" ")[0] for event in told if isinstance(event, events.Note)]
    assert sorted(notes) == sorted([first, second])


def test_images_of_all_shapes_train_together(
    start: DeepLabV3, tmp_path: Path, make_pair: Callable[..., None]
) -> None:
    for number, size in enumerate(((40, 50), (300, 90), (90, 300), (500, 40), (1, 1), (64, 64))):
        make_pair(tmp_path, f"{number}.png", size)
    mixed = FolderExamples(tmp_path / "i", tmp_path / "m", CLASSES)
    learnt = learn(start, mixed, STEPS.replace(steps=8))
    assert all(torch.isfinite(t).all() for t in learnt.state_dict().values())


@pytest.fixture
def make_pair() -> Callable[..., None]:
    def make(folder: Path, name: str, size: tuple[int, int]) -> None:
        random = np.random.default_rng(size[0])
        for part in ("i", "m"):
            (folder / part).mkdir(exist_ok=True)
        cv2.imwrite(str(folder / "i" / name), random.integers(0, 255, (*size, 3), np.uint8))
        labels = np.zeros(size, np.uint8)
        labels[: size[0] // 2] = 1
        write_label_png(folder / "m" / name, labels, [])

    return make
