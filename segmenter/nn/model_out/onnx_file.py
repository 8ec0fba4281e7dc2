"""The messages of an ONNX file, as its specification numbers them (onnx/onnx.proto).

Written by us, not by ``torch.onnx``: that one needs the packages onnx or onnxscript, and takes
longer. Opset 13 is read by every runtime that is still in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from segmenter.nn.model_out.protobuf import Message

IR_VERSION = 7
OPSET = 13
_FLOAT32 = 1
_DATA_TYPES = {"float32": _FLOAT32, "int64": 7}
Attribute = int | float | str | Sequence[int]


class OnnxGraph:
    """Nodes in the order in which they are computed, and the arrays they need."""

    def __init__(self) -> None:
        self._nodes: list[Message] = []
        self._arrays: dict[str, Message] = {}

    def node(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """Add one; returns the name of its only output. An input "" is one left out."""
        output = f"{kind}_{len(self._nodes)}"
        node = Message()
        for name in inputs:
            node.text(1, name)
        node.text(2, output).text(3, output).text(4, kind)
        for name, value in attributes.items():
            node.message(5, _attribute(name, value))
        self._nodes.append(node)
        return output

    def array(self, name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """An array that is part of the file; returns ``name``."""
        if name not in self._arrays:
            tensor = Message()
            for size in values.shape:
                tensor.integer(1, size)
            tensor.integer(2, _DATA_TYPES[values.dtype.name]).text(8, name)
            little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
            self._arrays[name] = tensor.data(9, little.reshape(-1).view(np.uint8).data)
        return name

    def integers(self, *values: int) -> str:
        """A row of whole numbers, as sizes and places are given."""
        return self.array(f"integers_{'_'.join(map(str, values))}", np.array(values, np.int64))

    def part(self, shape: str, start: int, end: int) -> str:
        """``shape[start:end]`` of a row of numbers."""
        return self.node("Slice", shape, self.integers(start), self.integers(end))

    def file(
        self,
        result: str,
        *,
        image: tuple[str, Sequence[int | str]],
        logits: tuple[str, Sequence[int | str]],
        metadata: Mapping[str, str],
        producer: tuple[str, str],
        description: str,
    ) -> Message:
        """The whole file. ``image`` and ``logits``: the names of input and output and their sizes,
        where a word stands for a size that may change; ``result`` becomes the output."""
        self._nodes.append(
            Message().text(1, result).text(2, logits[0]).text(3, logits[0]).text(4, "Identity")
        )
        graph = Message()
        for node in self._nodes:
            graph.message(1, node)
        graph.text(2, "maskwright")
        for array in self._arrays.values():
            graph.message(5, array)
        graph.message(11, _value(*image)).message(12, _value(*logits))
        model = Message().integer(1, IR_VERSION).text(2, producer[0]).text(3, producer[1])
        model.text(6, description).message(7, graph)
        model.message(8, Message().text(1, "").integer(2, OPSET))
        for key, text in metadata.items():
            model.message(14, Message().text(1, key).text(2, text))
        return model


def _attribute(name: str, value: Attribute) -> Message:
    written = Message().text(1, name)
    if isinstance(value, int):
        return written.integer(3, value).integer(20, 2)
    if isinstance(value, float):
        return written.number(2, value).integer(20, 1)
    if isinstance(value, str):
        return written.text(4, value).integer(20, 3)
    for each in value:
        written.integer(8, each)
    return written.integer(20, 7)


def _value(name: str, sizes: Sequence[int | str]) -> Message:
    shape = Message()
    for size in sizes:
        one = Message()
        shape.message(1, one.integer(1, size) if isinstance(size, int) else one.text(2, size))
    tensor = Message().integer(1, _FLOAT32).message(2, shape)
    return Message().text(1, name).message(2, Message().message(1, tensor))
