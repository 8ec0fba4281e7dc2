"""The canvas: one image with its mask, prediction or confidence over it."""
