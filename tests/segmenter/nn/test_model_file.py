"""Model files: what goes in comes out, and what is no model is refused with one sentence."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.fuse import fuse_batch_norm
from segmenter.nn.model_file import read_model, read_model_header, save_model
from segmenter.nn.tensor_file import verify_file

CARD = ModelCard(name="Katzen 🐈", origin="Made by a test.", scores={"mean_iou": 0.5})


@pytest.fixture
def saved(small_network: DeepLabV3, tmp_path: Path) -> Path:
    path = tmp_path / "Modell ä 猫.safetensors"
    save_model(small_network, path, CARD)
    return path


def one_sentence(error: pytest.ExceptionInfo[MaskwrightError], path: Path) -> str:
    text = str(error.value)
    assert str(path) in text
    assert "\n" not in text
    assert text.endswith(".")
    return text


def rewrite_header(path: Path, change: Callable[[dict[str, dict[str, object]]], None]) -> None:
    """Change the JSON header and leave the tensors as they are."""
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[end:])


def test_a_model_comes_back_as_it_was(small_network: DeepLabV3, saved: Path) -> None:
    network = read_model(saved)
    assert network.config == small_network.config
    assert network.card == CARD
    assert not network.training
    expected = small_network.state_dict()
    found = network.state_dict()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    images = torch.randn(1, 3, 40, 50)
    with torch.inference_mode():
        assert torch.equal(network(images), small_network(images))


def test_a_read_model_can_be_trained_and_saved_again(saved: Path, tmp_path: Path) -> None:
    network = read_model(saved).train()
    network(torch.randn(2, 3, 33, 33)).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    save_model(network, tmp_path / "again.safetensors")
    assert read_model(tmp_path / "again.safetensors").card == CARD


def test_the_output_stride_is_kept(small_network: DeepLabV3, tmp_path: Path) -> None:
    small_network.set_output_stride(8)
    save_model(small_network, tmp_path / "m.safetensors")
    network = read_model(tmp_path / "m.safetensors")
    assert network.config.output_stride == 8
    images = torch.randn(1, 3, 65, 65)
    with torch.inference_mode():
        assert torch.equal(network(images), small_network(images))


def test_half_precision_halves_the_file_and_hardly_changes_the_outputs(
    small_network: DeepLabV3, saved: Path, tmp_path: Path
) -> None:
    path = tmp_path / "half.safetensors"
    save_model(small_network, path, half=True)
    assert path.stat().st_size < 0.6 * saved.stat().st_size
    network = read_model(path)
    assert {p.dtype for p in network.parameters()} == {torch.float32}
    images = torch.randn(1, 3, 65, 65)
    with torch.inference_mode():
        expected = small_network(images)
        torch.testing.assert_close(network(images), expected, rtol=0.02, atol=0.02)


def test_variances_beyond_half_precision_survive(small_network: DeepLabV3, tmp_path: Path) -> None:
    normalisation = next(m for m in small_network.modules() if isinstance(m, torch.nn.BatchNorm2d))
    assert normalisation.running_var is not None
    normalisation.running_var.fill_(1e6)
    save_model(small_network, tmp_path / "m.safetensors", half=True)
    found = read_model(tmp_path / "m.safetensors").state_dict()
    assert all(tensor.isfinite().all() for tensor in found.values())
    assert any((tensor == 1e6).all() for tensor in found.values() if tensor.ndim == 1)


def test_the_header_is_read_without_torch(saved: Path) -> None:
    code = (
        "import sys; from segmenter.nn.model_file import read_model_header\n"
        "config, card = read_model_header(sys.argv[1])\n"
        "assert 'torch' not in sys.modules and 'safetensors' not in sys.modules\n"
        "print(ascii(card.name), config.classes)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(saved)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-3:] == ["('background',", "'cat',", "'dog')"]


def test_reading_a_model_does_not_import_what_takes_seconds(saved: Path) -> None:
    code = (
        "import sys; from segmenter.nn.model_file import read_model\n"
        "read_model(sys.argv[1])\n"
        "slow = {'torchvision', 'torch._dynamo', 'torch._inductor', 'sympy'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    subprocess.run([sys.executable, "-c", code, str(saved)], check=True)


def test_any_cut_is_noticed(saved: Path) -> None:
    content = saved.read_bytes()
    for length in (0, 1, 7, 8, 9, 100, 5000, len(content) // 2, len(content) - 1):
        saved.write_bytes(content[:length])
        for read in (read_model, read_model_header, verify_file):
            with pytest.raises(MaskwrightError, match="damaged, cut short") as refused:
                read(saved)
            one_sentence(refused, saved)


def test_bytes_too_many_are_noticed(saved: Path) -> None:
    with saved.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(MaskwrightError, match="not a whole"):
        read_model(saved)


def test_an_absurd_size_is_refused_before_anything_is_allocated(saved: Path) -> None:
    def claim_a_terabyte(header: dict[str, dict[str, object]]) -> None:
        name = sorted(set(header) - {"__metadata__"})[0]
        header[name]["shape"] = [2**40]
        header[name]["data_offsets"] = [0, 2**42]

    rewrite_header(saved, claim_a_terabyte)
    with pytest.raises(MaskwrightError, match="not a whole"):
        read_model(saved)
    saved.write_bytes((2**62).to_bytes(8, "little") + b"{}")
    with pytest.raises(MaskwrightError, match="not a whole"):
        read_model(saved)


def test_a_stranger_s_safetensors_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stable.safetensors"
    save_file({"weight": torch.zeros(3)}, path, {"format": "pt"})
    with pytest.raises(MaskwrightError, match="not a Maskwright model") as refused:
        read_model(path)
    one_sentence(refused, path)


def test_a_newer_layout_asks_for_an_update(saved: Path) -> None:
    def later(header: dict[str, dict[str, object]]) -> None:
        header["__metadata__"]["maskwright"] = "2"

    rewrite_header(saved, later)
    with pytest.raises(MaskwrightError, match="newer Maskwright") as refused:
        read_model(saved)
    one_sentence(refused, saved)


def test_weights_that_do_not_fit_the_configuration_are_refused(saved: Path) -> None:
    def other_classes(header: dict[str, dict[str, object]]) -> None:
        config = json.loads(str(header["__metadata__"]["config"]))
        config["classes"] = ["a", "b"]
        header["__metadata__"]["config"] = json.dumps(config)

    rewrite_header(saved, other_classes)
    with pytest.raises(MaskwrightError, match="do not fit") as refused:
        read_model(saved)
    one_sentence(refused, saved)


def test_weights_that_are_whole_numbers_are_refused(saved: Path) -> None:
    def integers(header: dict[str, dict[str, object]]) -> None:
        for name, tensor in header.items():
            if name != "__metadata__" and tensor["dtype"] == "F32":
                tensor["dtype"] = "I32"

    rewrite_header(saved, integers)
    with pytest.raises(MaskwrightError, match="do not fit"):
        read_model(saved)


@pytest.mark.parametrize("key", ["config", "card"])
@pytest.mark.parametrize("value", ["", "{", "[]", "[" * 100_000, '{"name": 5, "classes": 5}'])
def test_damaged_metadata_is_refused(saved: Path, key: str, value: str) -> None:
    def damage(header: dict[str, dict[str, object]]) -> None:
        header["__metadata__"][key] = value

    rewrite_header(saved, damage)
    with pytest.raises(MaskwrightError, match="is not valid") as refused:
        read_model_header(saved)
    one_sentence(refused, saved)


def test_missing_files_folders_and_forbidden_files_are_named(tmp_path: Path, saved: Path) -> None:
    for suffix in (".safetensors", ".pth"):
        missing = tmp_path / f"missing{suffix}"
        with pytest.raises(MaskwrightError, match="There is no model file") as refused:
            read_model(missing)
        one_sentence(refused, missing)
        folder = tmp_path / f"folder{suffix}"
        folder.mkdir()
        with pytest.raises(MaskwrightError, match="is a folder") as refused:
            read_model(folder)
        one_sentence(refused, folder)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_named(saved: Path) -> None:
    saved.chmod(0)
    with pytest.raises(MaskwrightError, match="can't be read") as refused:
        read_model(saved)
    one_sentence(refused, saved)


def test_a_photo_named_safetensors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.safetensors"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20)
    with pytest.raises(MaskwrightError, match="something else") as refused:
        read_model(path)
    one_sentence(refused, path)


anywhere = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200
)


@anywhere
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_refused_with_one_sentence(
    tmp_path: Path, content: bytes, with_length: bool
) -> None:
    path = tmp_path / "any.safetensors"
    if with_length:  # so that the JSON reader gets to see them too
        content = len(content).to_bytes(8, "little") + content
    path.write_bytes(content)
    for read in (read_model, read_model_header, verify_file):
        with pytest.raises(MaskwrightError) as refused:
            read(path)
        one_sentence(refused, path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
header_like = st.dictionaries(
    st.sampled_from(["__metadata__", "weight", "bias"]),
    json_values
    | st.fixed_dictionaries(
        {
            "dtype": st.sampled_from(["F32", "I64", "Q4", 3]),
            "shape": json_values | st.lists(st.integers(-1, 3), max_size=3),
            "data_offsets": json_values | st.lists(st.integers(-1, 20), min_size=2, max_size=2),
        }
    ),
)


@anywhere
@given(header_like | json_values, st.binary(max_size=24))
def test_any_header_is_refused_with_one_sentence(
    tmp_path: Path, header: object, data: bytes
) -> None:
    path = tmp_path / "any.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    for read in (read_model, read_model_header, verify_file):
        with pytest.raises(MaskwrightError) as refused:
            read(path)
        one_sentence(refused, path)


@anywhere
@given(st.data())
def test_one_changed_byte_is_found_by_verify_or_is_no_model_any_more(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = _verified_once(tmp_path_factory)
    content = bytearray(path.read_bytes())
    header_end = 8 + int.from_bytes(content[:8], "little")
    place = data.draw(st.integers(header_end, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    damaged = path.with_name("damaged.safetensors")
    damaged.write_bytes(content)
    with pytest.raises(MaskwrightError, match="not as it was written") as refused:
        verify_file(damaged)
    one_sentence(refused, damaged)
    assert damaged.read_bytes() == content, "verify changes nothing"


def _verified_once(factory: pytest.TempPathFactory) -> Path:
    path = factory.getbasetemp() / "verified.safetensors"
    if not path.exists():
        network = DeepLabV3(ModelConfig(backbone="mobilenet_v3_large", head_channels=1))
        save_model(network, path, half=True)
    return path


def test_verify_covers_configuration_and_card(saved: Path) -> None:
    assert len(verify_file(saved)) == 64

    def praise(header: dict[str, dict[str, object]]) -> None:
        header["__metadata__"]["card"] = str(header["__metadata__"]["card"]).replace("0.5", "0.9")

    rewrite_header(saved, praise)
    with pytest.raises(MaskwrightError, match="not as it was written"):
        verify_file(saved)


def test_a_file_without_checksum_can_not_be_verified(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    save_file({"weight": torch.zeros(3)}, path)
    with pytest.raises(MaskwrightError, match="no checksum"):
        verify_file(path)


def test_a_failed_save_leaves_the_old_file_and_nothing_else(
    saved: Path, small_network: DeepLabV3, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def disk_is_full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_is_full)
    with pytest.raises(MaskwrightError, match="the disk is full") as refused:
        save_model(small_network, saved, CARD)
    assert saved.name in str(refused.value)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_an_interrupted_save_leaves_the_old_file_and_nothing_else(
    saved: Path, small_network: DeepLabV3, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_model(small_network, saved, CARD)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_reader_never_sees_half_a_model(saved: Path, small_network: DeepLabV3) -> None:
    over = threading.Event()

    def keep_saving() -> None:
        for _ in range(10):
            save_model(small_network, saved, CARD)
        over.set()

    writer = threading.Thread(target=keep_saving)
    writer.start()
    reads = 0
    while not over.is_set() or not reads:
        verify_file(saved)
        reads += 1
    writer.join()


def test_a_place_that_can_not_be_written_is_named(small_network: DeepLabV3, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    path = tmp_path / "file" / "m.safetensors"
    with pytest.raises(MaskwrightError, match="could not be saved") as refused:
        save_model(small_network, path)
    assert path.name in str(refused.value)


def test_a_fused_network_is_not_saved_as_something_else(
    small_network: DeepLabV3, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="as its configuration makes it"):
        save_model(fuse_batch_norm(small_network), tmp_path / "m.safetensors")
