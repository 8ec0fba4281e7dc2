"""Each layer and operation of our networks as ONNX has it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from segmenter.nn.aspp import ImagePooling
from segmenter.nn.inverted_residual import SameConv2d
from segmenter.nn.model_out.onnx_file import OnnxGraph

Layer = Callable[[OnnxGraph, Any, str, str], str]
"""(graph, module, its name, input) → output."""
Operation = Callable[..., str]
"""(graph, *inputs as the function has them, **keywords) → output."""


def _convolution(graph: OnnxGraph, layer: nn.Conv2d, name: str, x: str) -> str:
    height, width = _pair(layer.padding)
    return _convolved(graph, layer, name, x, layer.dilation, pads=(height, width, height, width))


def _same_convolution(graph: OnnxGraph, layer: SameConv2d, name: str, x: str) -> str:
    """TensorFlow's SAME, which is ONNX's SAME_UPPER: the padding follows from the size."""
    if layer.stride == (1, 1):
        return _convolution(graph, layer, name, x)
    return _convolved(graph, layer, name, x, (1, 1), auto_pad="SAME_UPPER")


def _convolved(
    graph: OnnxGraph, layer: nn.Conv2d, name: str, x: str, rates: tuple[int, ...], **padding: Any
) -> str:
    weights = _numbers(layer.weight)
    if rates != tuple(layer.dilation):  # runtimes know SAME_UPPER at rate 1 alone
        weights = _spread(weights, layer.dilation)
    inputs = [x, graph.array(f"{name}.weight", weights)]
    if layer.bias is not None:
        inputs.append(graph.array(f"{name}.bias", _numbers(layer.bias)))
    return graph.node(
        "Conv",
        *inputs,
        kernel_shape=weights.shape[2:],
        strides=_pair(layer.stride),
        dilations=rates,
        group=layer.groups,
        **padding,
    )


def _spread(weights: NDArray[np.float32], rates: tuple[int, ...]) -> NDArray[np.float32]:
    """The filter of an atrous convolution with its holes filled in by zeros."""
    height, width = (
        (size - 1) * rate + 1 for size, rate in zip(weights.shape[2:], rates, strict=True)
    )
    spread = np.zeros((*weights.shape[:2], height, width), np.float32)
    spread[:, :, :: rates[0], :: rates[1]] = weights
    return spread


def _max_pool(graph: OnnxGraph, layer: nn.MaxPool2d, _name: str, x: str) -> str:
    height, width = _pair(layer.padding)
    return graph.node(
        "MaxPool",
        x,
        kernel_shape=_pair(layer.kernel_size),
        strides=_pair(layer.stride),
        pads=(height, width, height, width),
    )


def _image_pooling(graph: OnnxGraph, layer: ImagePooling, name: str, x: str) -> str:
    """The one module of ours that uses a size, which tracing can't follow."""
    value = x
    for place, child in layer.named_children():
        value = LAYERS[type(child)](graph, child, f"{name}.{place}", value)
    return graph.node(
        "Expand", value, _with_size(graph, value, graph.part(graph.node("Shape", x), 2, 4))
    )


def _relu(graph: OnnxGraph, _layer: nn.Module, _name: str, x: str) -> str:
    return graph.node("Relu", x)


def _relu6(graph: OnnxGraph, _layer: nn.Module, _name: str, x: str) -> str:
    low = graph.array("zero", np.array(0, np.float32))
    return graph.node("Clip", x, low, graph.array("six", np.array(6, np.float32)))


def _hard_swish(graph: OnnxGraph, _layer: nn.Module, _name: str, x: str) -> str:
    return graph.node("Mul", x, _hard_sigmoid(graph, x))  # an operation of its own from opset 14 on


def _hard_sigmoid(graph: OnnxGraph, x: str, **_: bool) -> str:
    return graph.node("HardSigmoid", x, alpha=1 / 6, beta=0.5)


def _global_average(graph: OnnxGraph, layer: nn.AdaptiveAvgPool2d, _name: str, x: str) -> str:
    assert _pair(layer.output_size) == (1, 1)
    return graph.node("GlobalAveragePool", x)


def _as_it_is(_graph: OnnxGraph, _layer: nn.Module, _name: str, x: str) -> str:
    return x


LAYERS: dict[type[nn.Module], Layer] = {
    nn.Conv2d: _convolution,
    SameConv2d: _same_convolution,
    nn.MaxPool2d: _max_pool,
    nn.AdaptiveAvgPool2d: _global_average,
    ImagePooling: _image_pooling,
    nn.ReLU: _relu,
    nn.ReLU6: _relu6,
    nn.Hardswish: _hard_swish,
    nn.Identity: _as_it_is,  # what is left of batch normalisation
    nn.Dropout: _as_it_is,
}


def _mean(graph: OnnxGraph, x: str, axes: tuple[int, ...], *, keepdim: bool) -> str:
    assert (axes, keepdim) == ((2, 3), True)
    return graph.node("GlobalAveragePool", x)


def _concatenated(graph: OnnxGraph, values: list[str], dim: int) -> str:
    return graph.node("Concat", *values, axis=dim)


def _resized(graph: OnnxGraph, x: str, size: str, mode: str, **others: Any) -> str:
    assert mode == "bilinear"
    assert not any(others.values())  # neither aligned corners, nor a factor, nor antialiasing
    return graph.node(
        "Resize",
        x,
        "",
        "",
        _with_size(graph, x, size),
        mode="linear",
        coordinate_transformation_mode="pytorch_half_pixel",
    )


def _with_size(graph: OnnxGraph, x: str, size: str) -> str:
    """The shape of ``x`` (N, C, …) with another height and width."""
    return graph.node("Concat", graph.part(graph.node("Shape", x), 0, 2), size, axis=0)


def _attribute(graph: OnnxGraph, x: str, name: str) -> str:
    assert name == "shape"
    return graph.node("Shape", x)


def _item(graph: OnnxGraph, shape: str, place: slice) -> str:
    assert place == slice(-2, None)  # of four: height and width
    return graph.part(shape, 2, 4)


def _binary(kind: str) -> Operation:
    return lambda graph, x, y: graph.node(kind, x, y)


OPERATIONS: dict[Any, Operation] = {
    operator.add: _binary("Add"),
    operator.iadd: _binary("Add"),
    operator.sub: _binary("Sub"),
    operator.mul: _binary("Mul"),
    operator.truediv: _binary("Div"),
    operator.getitem: _item,
    getattr: _attribute,
    torch.cat: _concatenated,
    functional.relu: lambda graph, x, **_: graph.node("Relu", x),
    functional.hardsigmoid: _hard_sigmoid,
    functional.interpolate: _resized,
    "mean": _mean,
}


def _numbers(tensor: torch.Tensor) -> NDArray[np.float32]:
    values: NDArray[np.float32] = tensor.detach().numpy()
    return values


def _pair(value: Any) -> tuple[int, int]:
    return (value[0], value[1]) if isinstance(value, tuple) else (value, value)
