"""Models for programs that know nothing of Maskwright: ONNX and TorchScript."""
