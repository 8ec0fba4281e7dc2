"""Edits of the whole mask, each as a proposal: one door to all of them."""

from segmenter.editing.cleaned import Cleaned
from segmenter.editing.edge_moves import grow, shrink
from segmenter.editing.holes import fill_holes
from segmenter.editing.smoothing import smooth
from segmenter.editing.specks import remove_specks

__all__ = ["Cleaned", "fill_holes", "grow", "remove_specks", "shrink", "smooth"]
