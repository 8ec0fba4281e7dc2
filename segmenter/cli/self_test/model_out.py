"""Whether a model can be written for other programs, and says the same there."""

from __future__ import annotations

import importlib.util
import io
import warnings

from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import Workplace

LARGEST_DIFFERENCE = 1e-3
"""Of the logits."""


def export_the_starter(place: Workplace) -> str:
    """As ONNX and as TorchScript, which is then run; ONNX where its runtime happens to be."""
    import torch

    from segmenter.nn.model_out.exporting import export_network
    from segmenter.nn.model_out.kinds import Kind
    from segmenter.nn.zoo import STARTER, load_model

    network = load_model(STARTER, download=False)
    onnx, script = place.folder / "starter.onnx", place.folder / "starter.pt"
    export_network(network, onnx, Kind.ONNX)
    export_network(network, script, Kind.TORCHSCRIPT)
    image = torch.arange(3 * 96 * 127, dtype=torch.float32).reshape(1, 3, 96, 127) % 256
    mean, std = (
        torch.tensor(each).reshape(1, 3, 1, 1) for each in (network.config.mean, network.config.std)
    )
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch prefers torch.export
        expected = network((image / 255 - mean) / std)
        found = {"TorchScript": torch.jit.load(io.BytesIO(script.read_bytes()))(image)}
    if importlib.util.find_spec("onnxruntime") is not None:
        import onnxruntime

        (logits,) = onnxruntime.InferenceSession(onnx).run(None, {"image": image.numpy()})
        found["ONNX"] = torch.from_numpy(logits)
    for name, logits in found.items():
        difference = float((logits - expected).abs().max())
        if not difference < LARGEST_DIFFERENCE:
            raise StepFailed(f"As {name} the starter's logits differ by {difference:.2g}.")
    ran = " and ".join(found)
    return f"{onnx.stat().st_size / 1e6:.1f} MB of ONNX; {ran} computed what the network computes."
