"""Learning at once as a test needs it: the loop is what is tested, not what comes of it."""

from __future__ import annotations

from collections.abc import Callable

from segmenter.training.quick_recipe import QUICK

FEW_STEPS = QUICK.replace(steps=3, views=1, batch_size=1)
"""Over in a moment."""
ENDLESS = QUICK.replace(steps=10_000_000, views=1, batch_size=1)
"""Over when somebody ends it."""

Correct = Callable[..., None]
"""(window, image name, class ids): paint these on the image."""
