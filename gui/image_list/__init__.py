"""The list of the project's images: thumbnails, states, filter and order."""

from gui.image_list.panel import ImageListPanel as ImageListPanel
