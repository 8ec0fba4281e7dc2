"""The models that exist without anyone training: found, downloaded, verified, removed."""

from __future__ import annotations

import hashlib
import io
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from bad_server import Server, damaged, half, part, stalled, status
from torchvision.models import get_model, get_weight

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn import zoo
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import save_model
from segmenter.nn.official_weights import Source, install, torchvision_source
from segmenter.nn.torchvision_models import VOC_CLASSES

TO_DOWNLOAD = [model for model in zoo.MODELS if not model.bundled]


def pickled(name: str, **options: object) -> bytes:
    """What torchvision would serve: its network's weights, random here."""
    network = get_model(name, weights=None, **options).eval()
    file = io.BytesIO()
    torch.save(network.state_dict(), file)
    return file.getvalue()


@pytest.fixture(scope="module")
def voc_mobilenet() -> bytes:
    return pickled(
        "deeplabv3_mobilenet_v3_large", weights_backbone=None, num_classes=21, aux_loss=True
    )


def source_of(server: Server, content: bytes) -> Source:
    server.content = content
    return Source(
        url=server.url,
        sha256=hashlib.sha256(content).hexdigest()[:8],
        classes=VOC_CLASSES,
        scores={"mean_iou": 0.603},
        recipe="a recipe",
    )


def one_sentence(error: pytest.ExceptionInfo[MaskwrightError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_the_zoo_has_what_the_design_names() -> None:
    names = [model.name for model in zoo.MODELS]
    assert names[:4] == ["starter", "voc-mobilenet", "voc-resnet50", "voc-resnet101"]
    assert "imagenet-efficientnet-lite0" in names
    assert len(set(names)) == len(names)


def test_the_zoo_is_listed_without_torch() -> None:
    code = (
        "import sys; from segmenter.nn import zoo\n"
        "for model in zoo.MODELS:\n"
        "    zoo.path_of(model.name), zoo.is_available(model.name)\n"
        "    zoo.size_in_bytes(model.name)\n"
        "assert not {'torch', 'torchvision', 'safetensors'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("model", TO_DOWNLOAD, ids=lambda model: model.name)
def test_what_the_zoo_says_is_what_torchvision_says(model: zoo.ZooModel) -> None:
    weights = get_weight(model.torchvision_weights)
    source = torchvision_source(model)
    assert source.url == weights.url
    assert len(source.sha256) == 8
    assert int(source.sha256, 16)
    assert source.recipe == weights.meta["recipe"]
    assert model.download_bytes == pytest.approx(weights.meta["_file_size"] * 2**20, rel=1e-3)
    ((data, metrics),) = weights.meta["_metrics"].items()
    assert source.scores["data"] == data
    if model.is_backbone:
        assert source.scores["accuracy"] == pytest.approx(metrics["acc@1"] / 100)
    else:
        assert source.classes == tuple(name.strip("_") for name in weights.meta["categories"])
        assert source.scores["mean_iou"] == pytest.approx(metrics["miou"] / 100)
        assert source.scores["pixel_accuracy"] == pytest.approx(metrics["pixel_acc"] / 100)
        assert model.mean_iou == source.scores["mean_iou"]


@pytest.mark.parametrize("name", ["voc-mobilnet", "Starter", "resnet50"])
def test_an_unknown_name_lists_the_choices(name: str) -> None:
    with pytest.raises(MaskwrightError, match="starter, voc-mobilenet") as error:
        zoo.load_model(name)
    assert repr(name) in one_sentence(error)
    for ask in (zoo.find, zoo.is_available, zoo.path_of, zoo.download, zoo.verify, zoo.remove):
        with pytest.raises(MaskwrightError, match="the choices are"):
            ask(name)


def test_a_path_is_read_as_a_file(small_network: DeepLabV3, tmp_path: Path) -> None:
    save_model(small_network, tmp_path / "mine.safetensors")
    save_model(small_network, tmp_path / "no suffix")
    for path in (tmp_path / "mine.safetensors", tmp_path / "no suffix"):
        assert zoo.load_model(path).config == small_network.config
        assert zoo.load_model(str(path)).config == small_network.config
    with pytest.raises(MaskwrightError, match="There is no model file"):
        zoo.load_model("missing.safetensors")


def test_a_backbone_alone_does_not_segment(cache: Path) -> None:
    with pytest.raises(MaskwrightError, match="the start of a fine-tuning") as error:
        zoo.load_model("imagenet-resnet50")
    assert "voc-mobilenet" in one_sentence(error)
    with pytest.raises(MaskwrightError, match="is no backbone") as error:
        zoo.load_backbone("starter")
    assert "imagenet-efficientnet-lite0" in one_sentence(error)


def test_what_is_not_here_is_not_fetched_when_not_allowed(cache: Path) -> None:
    with pytest.raises(MaskwrightError, match="models download voc-mobilenet") as error:
        zoo.load_model("voc-mobilenet", download=False)
    assert "44 MB" in one_sentence(error)
    with pytest.raises(MaskwrightError, match="not on this computer"):
        zoo.verify("voc-mobilenet")
    assert not cache.exists()


def test_installed_weights_become_a_model_file_of_ours(
    server: Server, cache: Path, voc_mobilenet: bytes
) -> None:
    server.answers = [part]
    model, path = zoo.find("voc-mobilenet"), zoo.path_of("voc-mobilenet")
    seen: list[tuple[int, int]] = []
    install(model, source_of(server, voc_mobilenet), path, lambda *s: seen.append(s))
    assert seen[-1] == (len(voc_mobilenet), len(voc_mobilenet))
    assert path.is_relative_to(cache)
    assert zoo.is_available("voc-mobilenet")
    assert zoo.size_in_bytes("voc-mobilenet") == path.stat().st_size
    assert sorted(p.suffix for p in path.parent.iterdir()) in (
        [".safetensors"],
        [".lock", ".safetensors"],
    )

    network = zoo.load_model("voc-mobilenet", download=False)
    assert network.config.classes == VOC_CLASSES
    assert network.config.output_stride == 16
    assert network.card.scores == {"mean_iou": 0.603}
    digest = hashlib.sha256(voc_mobilenet).hexdigest()
    assert network.card.training["sha256_of_download"] == digest
    reference = get_model(
        "deeplabv3_mobilenet_v3_large", weights=None, weights_backbone=None, num_classes=21,
        aux_loss=True,
    ).eval()  # fmt: skip
    reference.load_state_dict(torch.load(io.BytesIO(voc_mobilenet), weights_only=True))
    images = torch.randn(1, 3, 65, 97)
    with torch.inference_mode():
        torch.testing.assert_close(network(images), reference(images)["out"])

    assert len(zoo.verify("voc-mobilenet")) == 64
    zoo.download("voc-mobilenet")  # is here: asks nobody
    assert len(server.paths) == 1


def test_verify_finds_damage_and_deletes_nothing(
    server: Server, cache: Path, voc_mobilenet: bytes
) -> None:
    server.answers = [part]
    path = zoo.path_of("voc-mobilenet")
    install(zoo.find("voc-mobilenet"), source_of(server, voc_mobilenet), path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(MaskwrightError, match="not as it was written") as error:
        zoo.verify("voc-mobilenet")
    assert str(path) in one_sentence(error)
    assert path.read_bytes() == content
    zoo.remove("voc-mobilenet")
    assert not zoo.is_available("voc-mobilenet")


def test_an_installed_backbone_starts_a_network(server: Server, cache: Path) -> None:
    content = pickled("mobilenet_v3_large")
    server.answers = [part]
    path = zoo.path_of("imagenet-mobilenet")
    install(zoo.find("imagenet-mobilenet"), source_of(server, content), path)
    config = ModelConfig(backbone="mobilenet_v3_large", head_channels=8)
    network = zoo.network_from_imagenet(config, download=False)
    expected = torch.load(io.BytesIO(content), weights_only=True)
    found = network.backbone.state_dict()
    assert all(torch.equal(tensor, expected[f"features.{n}"]) for n, tensor in found.items())
    assert len(zoo.verify("imagenet-mobilenet")) == 64


def test_weights_of_another_network_are_not_installed(server: Server, cache: Path) -> None:
    server.answers = [part]
    for name in ("voc-mobilenet", "imagenet-mobilenet"):
        path = zoo.path_of(name)
        file = io.BytesIO()
        torch.save({"weight": torch.zeros(3)}, file)
        with pytest.raises(MaskwrightError, match="are not those of") as error:
            install(zoo.find(name), source_of(server, file.getvalue()), path)
        one_sentence(error)
        assert not zoo.is_available(name)


def test_a_failed_download_leaves_the_installed_model(
    server: Server, cache: Path, voc_mobilenet: bytes
) -> None:
    server.answers = [part]
    model, path = zoo.find("voc-mobilenet"), zoo.path_of("voc-mobilenet")
    source = source_of(server, voc_mobilenet)
    install(model, source, path)
    before = path.read_bytes()
    for answer in (damaged, half, status(404)):
        server.answers = [answer]
        with pytest.raises(MaskwrightError):
            install(model, source, path)
        assert path.read_bytes() == before
        assert zoo.load_model("voc-mobilenet", download=False).config.classes == VOC_CLASSES


def test_a_cancelled_download_goes_on_where_it_stopped(
    server: Server, cache: Path, voc_mobilenet: bytes
) -> None:
    server.answers = [stalled(server, after=5_000_000)]
    cancel = CancelToken()

    def progress(done: int, _total: int) -> None:
        if done == 5_000_000:
            cancel.cancel()

    model, path = zoo.find("voc-mobilenet"), zoo.path_of("voc-mobilenet")
    source = source_of(server, voc_mobilenet)
    with pytest.raises(Cancelled):
        install(model, source, path, progress, cancel)
    assert not zoo.is_available("voc-mobilenet")
    server.answers = [part]
    install(model, source, path)
    assert server.ranges[-1] == "bytes=5000000-"
    assert zoo.is_available("voc-mobilenet")


def test_remove_also_clears_half_a_download(
    server: Server, cache: Path, voc_mobilenet: bytes
) -> None:
    server.answers = [half]
    path = zoo.path_of("voc-mobilenet")
    with pytest.raises(MaskwrightError, match="broke off"):
        install(zoo.find("voc-mobilenet"), source_of(server, voc_mobilenet), path)
    assert list(path.parent.glob("*.part"))
    zoo.remove("voc-mobilenet")
    assert not list(path.parent.glob("*.pth*"))


@pytest.mark.parametrize("name", ["starter", "imagenet-efficientnet-lite0"])
def test_what_came_with_the_app_stays(name: str) -> None:
    with pytest.raises(MaskwrightError, match="comes with Maskwright"):
        zoo.remove(name)


def test_a_mirror_serves_torchvisions_files_under_their_own_names(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKWRIGHT_MIRROR", server.url.removesuffix("/weights.pth") + "/models/")
    server.content = b"not the weights"
    server.answers = [part]
    with pytest.raises(MaskwrightError, match="arrived damaged"):
        zoo.download("voc-resnet50")
    assert server.paths[0] == "/models/deeplabv3_resnet50_coco-cd0a2569.pth"
    server.answers = [status(404)]
    with pytest.raises(MaskwrightError, match="404"):
        zoo.load_model("voc-resnet50")


def test_offline_starter_goes_on_working(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("MASKWRIGHT_MIRROR", f"http://127.0.0.1:{port}")
    with pytest.raises(MaskwrightError, match="`starter` goes on working") as error:
        zoo.load_model("voc-mobilenet")
    one_sentence(error)
    starter = zoo.load_model("starter")
    assert starter(torch.zeros(1, 3, 33, 33)).isfinite().all()


def test_the_bundled_starter_is_whole_and_says_what_it_is() -> None:
    network = zoo.load_model("starter", download=False)
    assert network.config.backbone == "efficientnet_lite0"
    assert network.config.classes == ("background", "object")
    assert network.card.license
    assert network.card.origin
    assert len(zoo.verify("starter")) == 64
    assert zoo.size_in_bytes("starter") <= 15_000_000


def test_what_fails_in_a_download_is_not_told_of_its_folder(
    server: Server, cache: Path, voc_mobilenet: bytes
) -> None:
    server.answers = [part]
    path = zoo.path_of("voc-mobilenet")

    def take_away(_done: int, _total: int) -> None:
        for file in path.parent.glob("*.part"):
            file.unlink()

    with pytest.raises(MaskwrightError, match="The download") as error:
        install(zoo.find("voc-mobilenet"), source_of(server, voc_mobilenet), path, take_away)
    assert "The folder" not in one_sentence(error)


def test_two_programs_do_not_download_the_same_model_at_once(
    server: Server, cache: Path, voc_mobilenet: bytes
) -> None:
    server.answers = [part]
    model, path = zoo.find("voc-mobilenet"), zoo.path_of("voc-mobilenet")
    source = source_of(server, voc_mobilenet)
    refusals: list[str] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not refusals:
            with pytest.raises(MaskwrightError, match="Another Maskwright") as error:
                install(model, source, path)
            refusals.append(one_sentence(error))

    install(model, source, path, meanwhile)
    assert len(refusals) == 1
    assert zoo.is_available("voc-mobilenet")
