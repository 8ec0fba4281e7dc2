""".pth files: torchvision's are understood, and none of them runs code."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torchvision.models import get_model

from segmenter.errors import MaskwrightError
from segmenter.nn.model_file import read_model
from segmenter.nn.torchvision_models import VOC_CLASSES


def refused(path: Path) -> str:
    with pytest.raises(MaskwrightError) as error:
        read_model(path)
    text = str(error.value)
    assert str(path) in text
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.mark.parametrize("old_format", [False, True])
@pytest.mark.parametrize("auxiliary", [False, True])
def test_torchvisions_weights_are_recognised(
    tmp_path: Path, auxiliary: bool, old_format: bool
) -> None:
    reference = get_model(
        "deeplabv3_mobilenet_v3_large", weights=None, weights_backbone=None, num_classes=21,
        aux_loss=auxiliary,
    ).eval()  # fmt: skip
    path = tmp_path / "deeplab.pth"
    torch.save(reference.state_dict(), path, _use_new_zipfile_serialization=not old_format)
    network = read_model(path)
    assert network.config.backbone == "mobilenet_v3_large"
    assert network.config.auxiliary == auxiliary
    assert network.config.classes == VOC_CLASSES
    assert "torchvision" in network.card.origin
    images = torch.randn(1, 3, 50, 40)
    with torch.inference_mode():
        torch.testing.assert_close(network(images), reference(images)["out"])


def test_another_number_of_classes_gets_numbered_names(tmp_path: Path) -> None:
    reference = get_model("deeplabv3_resnet50", weights=None, weights_backbone=None, num_classes=3)
    path = tmp_path / "mine.PT"
    torch.save(reference.state_dict(), path)
    network = read_model(path)
    assert network.config.backbone == "resnet50"
    assert network.config.classes == ("background", "class 1", "class 2")


def test_a_pickle_that_would_run_code_is_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return Path.touch, (trap,)

    for name, write in (
        ("zip.pth", lambda p: torch.save({"weight": Trap()}, p)),
        ("old.pth", lambda p: torch.save(Trap(), p, _use_new_zipfile_serialization=False)),
        ("plain.pth", lambda p: p.write_bytes(pickle.dumps(Trap()))),
    ):
        path = tmp_path / name
        write(path)
        refused(path)
        assert not trap.exists()


def test_a_whole_pickled_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "network.pth"
    torch.save(torch.nn.Conv2d(1, 1, 1), path)
    assert "can run code" in refused(path)


@pytest.mark.parametrize(
    "content",
    [
        {},
        [1, 2],
        {"weight": 5},
        {"weight": torch.zeros(3).to_sparse()},
        {"weight": torch.zeros(3, device="meta")},
        {3: torch.zeros(3)},
    ],
)
def test_what_is_not_named_weights_is_refused(tmp_path: Path, content: object) -> None:
    path = tmp_path / "odd.pth"
    torch.save(content, path)
    assert "does not hold named weights" in refused(path)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "fcn.pth"
    torch.save(get_model("fcn_resnet50", weights=None, weights_backbone=None).state_dict(), path)
    assert "torchvision's DeepLabv3" in refused(path)
    torch.save({"classifier.4.bias": torch.zeros(2**16)}, path)
    assert "torchvision's DeepLabv3" in refused(path)
    # A tensor that claims to be huge without holding anything.
    torch.save({"classifier.4.bias": torch.zeros(1).expand(2**50)}, path)
    assert "torchvision's DeepLabv3" in refused(path)


def test_a_compressed_archive_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain.pth", tmp_path / "packed.pth"
    torch.save({"weight": torch.zeros(1_000_000)}, plain)
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            target.writestr(entry.filename, source.read(entry))
    assert "compressed archive" in refused(packed)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100
)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\x80\x02", b"\x80\x04}"]))
def test_any_bytes_are_refused_with_one_sentence(
    tmp_path: Path, content: bytes, start: bytes
) -> None:
    path = tmp_path / "any.pth"
    path.write_bytes(start + content)
    refused(path)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)
@given(st.data())
def test_a_cut_file_is_refused(tmp_path: Path, data: st.DataObject) -> None:
    whole = tmp_path / "whole.pth"
    torch.save({"weight": torch.arange(100.0)}, whole)
    content = whole.read_bytes()
    cut = tmp_path / "cut.pth"
    cut.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    refused(cut)
