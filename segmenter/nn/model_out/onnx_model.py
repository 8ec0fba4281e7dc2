"""A network as ONNX: what it computes, followed step by step, each step written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import fx, nn

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_out.from_pixels import FromPixels
from segmenter.nn.model_out.onnx_file import OnnxGraph
from segmenter.nn.model_out.onnx_layers import LAYERS, OPERATIONS
from segmenter.nn.model_out.protobuf import Message
from segmenter.nn.model_out.steps import steps_of

INPUT, OUTPUT = "image", "logits"


def onnx_model(network: DeepLabV3, metadata: Mapping[str, str], description: str) -> Message:
    """The whole ONNX file of :class:`FromPixels`; batch, height and width may be of any size."""
    module = FromPixels(network)
    graph = OnnxGraph()
    result = _write(module, graph)
    return graph.file(
        result,
        image=(INPUT, ("batch", 3, "height", "width")),
        logits=(OUTPUT, ("batch", len(network.config.classes), "height", "width")),
        metadata=metadata,
        producer=("Maskwright", metadata.get("maskwright", "")),
        description=description,
    )


def _write(module: nn.Module, graph: OnnxGraph) -> str:
    """All steps of ``module``; returns the name of its result."""
    names: dict[fx.Node, str] = {}

    def named(value: Any) -> Any:
        return names[value] if isinstance(value, fx.Node) else value

    result = ""
    for step in steps_of(module).nodes:
        inputs = fx.node.map_aggregate(step.args, named)
        options = fx.node.map_aggregate(step.kwargs, named)
        target: Any = step.target
        if step.op == "placeholder":
            names[step] = INPUT
        elif step.op == "get_attr":
            names[step] = graph.array(target, getattr(module, target).numpy())
        elif step.op == "call_module":
            layer = module.get_submodule(target)
            names[step] = LAYERS[type(layer)](
                graph, layer, target.removeprefix("network."), *inputs, **options
            )
        elif step.op == "output":
            (result,) = inputs
        else:
            names[step] = OPERATIONS[target](graph, *inputs, **options)
    return result
