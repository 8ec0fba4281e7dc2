"""Another card in a model file: the rest stays to the byte, and the file is whole at any moment."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import child_environment

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import read_model_header, rewrite_card, save_model
from segmenter.nn.safetensors_header import read_header
from segmenter.nn.tensor_file import verify_file

CARD = ModelCard(name="Katzen 🐈", origin="Made by a test.", scores={"mean_iou": 0.5})


@pytest.fixture
def saved(small_network: DeepLabV3, tmp_path: Path) -> Path:
    """Of 12 MB."""
    path = tmp_path / "Modell ä 猫.safetensors"
    save_model(small_network, path, CARD)
    return path


def tensors(path: Path) -> bytes:
    return path.read_bytes()[read_header(path).data_start :]


def places(path: Path) -> object:
    """What the header says of the tensors."""
    content = path.read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    del header["__metadata__"]
    return header


@pytest.mark.parametrize("name", ["", "x", "Kätzchen\n“2”" * 400])
def test_only_the_card_changes(saved: Path, name: str) -> None:
    before = read_header(saved)
    config, _ = read_model_header(saved)
    kept_tensors, kept_places = tensors(saved), places(saved)
    card = replace(CARD, name=name, note="0" * 64)
    rewrite_card(saved, card)
    assert tensors(saved) == kept_tensors
    assert places(saved) == kept_places
    assert read_model_header(saved) == (config, card)
    after = read_header(saved)
    assert after.data_start % 8 == 0
    assert after.metadata.keys() == before.metadata.keys()
    assert verify_file(saved) == after.metadata["sha256"] != before.metadata["sha256"]
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_there_and_back_again_is_the_same_checksum(saved: Path) -> None:
    before = verify_file(saved)
    rewrite_card(saved, replace(CARD, name="another"))
    rewrite_card(saved, CARD)
    assert verify_file(saved) == before


def test_progress_ends_with_all_of_it(saved: Path) -> None:
    seen: list[tuple[int, int]] = []
    rewrite_card(saved, CARD, progress=lambda done, total: seen.append((done, total)))
    size = len(tensors(saved))
    assert seen[-1] == (size, size)
    assert len(seen) > 5
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_damaged_tensors_do_not_get_a_fresh_checksum(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[-1000] ^= 1
    saved.write_bytes(content)
    with pytest.raises(MaskwrightError, match="damaged"):
        rewrite_card(saved, replace(CARD, name="another"))
    assert saved.read_bytes() == content


def test_a_file_without_a_checksum_gets_none(saved: Path) -> None:
    """Somebody else wrote it, and nobody can vouch for it."""
    content = saved.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    del header["__metadata__"]["sha256"]
    header["__metadata__"]["more"] = "of theirs"
    text = json.dumps(header).encode()
    saved.write_bytes(len(text).to_bytes(8, "little") + text + content[end:])
    rewrite_card(saved, replace(CARD, name="another"))
    metadata = read_header(saved).metadata
    assert "sha256" not in metadata
    assert metadata["more"] == "of theirs"
    assert tensors(saved) == content[end:]
    assert read_model_header(saved)[1].name == "another"


def test_cancelling_leaves_the_file_as_it_was(saved: Path) -> None:
    before = saved.read_bytes()
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        rewrite_card(saved, CARD, cancel=cancel, progress=lambda done, total: cancel.cancel())
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_kill_leaves_the_old_file(saved: Path, share: float) -> None:
    """However far the copy has come."""
    before = saved.read_bytes()
    code = (
        "import os, signal, sys\n"
        "from segmenter.nn.card import ModelCard\n"
        "from segmenter.nn.model_file import rewrite_card\n"
        "def die(done, total):\n"
        "    if done >= float(sys.argv[2]) * total:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "rewrite_card(sys.argv[1], ModelCard(name='another'), progress=die)\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", code, str(saved), str(share)], env=child_environment()
    )
    assert child.returncode == -signal.SIGKILL
    assert saved.read_bytes() == before
    verify_file(saved)


def test_it_does_without_torch(saved: Path) -> None:
    code = (
        "import sys\n"
        "from segmenter.nn.card import ModelCard\n"
        "from segmenter.nn.model_file import rewrite_card\n"
        "rewrite_card(sys.argv[1], ModelCard(name='another'))\n"
        "assert 'torch' not in sys.modules\n"
    )
    child = subprocess.run([sys.executable, "-c", code, str(saved)], env=child_environment())
    assert child.returncode == 0
    assert read_model_header(saved)[1].name == "another"


@pytest.mark.parametrize("content", [b"", b"this is no model", None])
def test_what_is_no_model_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "odd.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MaskwrightError, match=r"odd\.safetensors"):
        rewrite_card(path, CARD)
    assert path.exists() == (content is not None)
