"""`maskwright export-model`, and the page about it, word for word."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from command_line import Finished
from PIL import Image

from segmenter.nn.zoo import load_model
from segmenter.prediction.predictor import Predictor
from segmenter.project.images import load_image

Run = Callable[..., Finished]
PAGE = Path(__file__).parents[3] / "docs" / "model-out.md"


def test_the_format_follows_from_the_name_and_is_told(
    run: Run, tiny_model: Path, tmp_path: Path
) -> None:
    for name, format in (("a.onnx", "onnx"), ("a.pt", "torch")):
        done = run("export-model", tiny_model, "--out", tmp_path / name, "--json")
        assert (done.code, done.stderr) == (0, "")
        told = done.event("exported")
        assert told["format"] == format
        assert told["bytes"] == (tmp_path / name).stat().st_size
        assert told["classes"] == ["background", "cat", "dog"]


def test_the_format_can_be_named(run: Run, tiny_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.bin"
    assert run("export-model", tiny_model, "--out", out, "--format", "onnx").code == 0
    assert onnxruntime.InferenceSession(out).get_outputs()[0].name == "logits"
    wrong = run("export-model", tiny_model, "--out", out, "--format", "tflite")
    assert wrong.code == 2
    unsaid = run("export-model", tiny_model, "--out", tmp_path / "model.xyz")
    assert (unsaid.code, unsaid.stderr.count("\n")) == (1, 1)
    assert ".onnx" in unsaid.stderr


def test_a_file_that_is_there_stays_unless_forced(
    run: Run, tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "model.onnx"
    out.write_bytes(b"somebody's")
    refused = run("export-model", tiny_model, "--out", out)
    assert (refused.code, refused.stderr.count("\n")) == (1, 1)
    assert "--force" in refused.stderr
    assert out.read_bytes() == b"somebody's"
    assert run("export-model", tiny_model, "--out", out, "--force").code == 0
    assert out.stat().st_size > 1_000_000


def test_the_model_itself_is_never_replaced(run: Run, tiny_model: Path) -> None:
    before = tiny_model.read_bytes()
    done = run("export-model", tiny_model, "--out", tiny_model, "--format", "onnx", "--force")
    assert done.code == 1
    assert "is the model itself" in done.stderr
    assert tiny_model.read_bytes() == before


@pytest.mark.parametrize("model", ["nothing.safetensors", "no-such-name", "text.safetensors"])
def test_what_is_no_model_is_one_sentence(run: Run, tmp_path: Path, model: str) -> None:
    Path("text.safetensors").write_text("this is no model")
    done = run("export-model", model, "--out", tmp_path / "model.onnx")
    assert (done.code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert not (tmp_path / "model.onnx").exists()


def test_the_page_s_python_uses_the_file_without_us(run: Run, tmp_path: Path, sample: Path) -> None:
    onnx_code, torch_code = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len([line for line in onnx_code.splitlines() if line]) <= 11
    with Image.open(sample / "flower.jpg") as photo:
        photo.save(tmp_path / "photo.jpg")
    for name in ("starter.onnx", "starter.pt"):
        assert run("export-model", "starter", "--out", tmp_path / name).code == 0
    for code in (onnx_code, torch_code):
        # Isolated: neither this checkout nor the current folder is searched.
        done = subprocess.run(
            [sys.executable, "-I", "-W", "ignore", "-c", code],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "labels.png") as labels:
        found = np.asarray(labels)
    ours = Predictor(load_model("starter"), "cpu").predict(load_image(tmp_path / "photo.jpg"))
    assert found.shape == ours.labels.shape
    assert (found == ours.labels).mean() > 0.97
