"""`maskwright models`: list, info, verify, remove, download."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Finished

from segmenter.nn import zoo

Run = Callable[..., Finished]


def test_list_shows_every_model_with_its_size(run: Run) -> None:
    done = run("models", "list")
    assert done.code == 0
    lines = done.stdout.splitlines()[1:]
    assert [line.split()[0] for line in lines] == [model.name for model in zoo.MODELS]
    assert all(" MB " in line for line in lines if "can be downloaded" in line)


def test_list_as_json_has_one_model_a_line(run: Run) -> None:
    listed = run("models", "list", "--json").events
    assert [model["name"] for model in listed] == [model.name for model in zoo.MODELS]
    lite = next(model for model in listed if model["name"] == "imagenet-efficientnet-lite0")
    assert lite["available"]
    assert lite["bundled"]
    assert Path(lite["path"]).stat().st_size == lite["bytes"]
    assert not any(m["available"] for m in listed if not m["bundled"])


def test_info_describes_a_model_file(run: Run, tiny_model: Path) -> None:
    done = run("models", "info", tiny_model)
    assert done.code == 0
    facts = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert facts["config.classes"] == "background, cat, dog"
    assert facts["card.origin"] == "Untrained."
    (as_json,) = run("models", "info", tiny_model, "--json").events
    assert as_json["config"]["backbone"] == "mobilenet_v3_large"


def test_info_of_a_model_that_is_not_here_says_what_it_would_be(run: Run) -> None:
    (facts,) = run("models", "info", "voc-resnet50", "--json").events
    assert facts["available"] is False
    assert facts["bytes"] > 1e8


def test_info_of_something_else_is_one_sentence(run: Run, sample: Path) -> None:
    done = run("models", "info", sample / "cat.jpg")
    assert (done.code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1


def test_verify_reads_the_whole_model(run: Run) -> None:
    done = run("models", "verify", "imagenet-efficientnet-lite0", "--json")
    assert done.code == 0
    assert len(done.event("verified")["sha256"]) == 64


def test_a_damaged_model_is_found_and_kept(
    run: Run, tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKWRIGHT_CACHE", str(tmp_path / "cache"))
    damaged = bytearray(tiny_model.read_bytes())
    damaged[-10] ^= 0xFF
    path = zoo.path_of("voc-mobilenet")
    path.parent.mkdir(parents=True)
    path.write_bytes(damaged)
    done = run("models", "verify", "voc-mobilenet")
    assert done.code == 1
    assert path.read_bytes() == damaged


def test_remove_deletes_a_download_and_nothing_that_is_bundled(
    run: Run, tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKWRIGHT_CACHE", str(tmp_path / "cache"))
    path = zoo.path_of("voc-mobilenet")
    path.parent.mkdir(parents=True)
    path.write_bytes(tiny_model.read_bytes())
    assert run("models", "remove", "voc-mobilenet").stdout == "voc-mobilenet is deleted\n"
    assert not path.exists()
    assert run("models", "remove", "voc-mobilenet").stdout == "voc-mobilenet was not here\n"
    refused = run("models", "remove", "imagenet-efficientnet-lite0")
    assert refused.code == 1
    assert zoo.is_available("imagenet-efficientnet-lite0")


def test_downloading_what_is_here_says_where(run: Run) -> None:
    (done,) = run("models", "download", "imagenet-efficientnet-lite0", "--json").events
    assert Path(done["path"]).stat().st_size == done["bytes"]
