from __future__ import annotations

import numpy as np

from gui.canvas.palette import drawn_ids, fill_table, heat_table
from segmenter.project.classes import LabelClass, default_color

CAT = LabelClass(1, "cat", (10, 20, 30))
HIDDEN = LabelClass(2, "dog", (40, 50, 60), visible=False)
BACKGROUND = LabelClass(0, "background", (0, 0, 0))


def test_classes_have_their_colour_at_the_opacity_asked_for() -> None:
    assert fill_table([CAT], 0.5)[1] == 0x800A141E
    assert fill_table([CAT], 7.0)[1] == 0xFF0A141E


def test_background_hidden_classes_and_unlabelled_pixels_are_clear() -> None:
    table = fill_table([BACKGROUND, CAT, HIDDEN], 1.0)
    assert (table[0], table[2], table[255]) == (0, 0, 0)


def test_a_label_without_a_class_is_seen() -> None:
    red, green, blue = default_color(9)
    assert fill_table([CAT], 1.0)[9] == 0xFF << 24 | red << 16 | green << 8 | blue


def test_class_254_can_be_drawn() -> None:
    assert fill_table([LabelClass(254, "last", (1, 2, 3))], 1.0)[254] == 0xFF010203


def test_what_is_not_drawn_becomes_unlabelled() -> None:
    table = drawn_ids([BACKGROUND, CAT, HIDDEN])
    np.testing.assert_array_equal(table[[0, 1, 2, 3, 255]], [255, 1, 255, 3, 255])


def test_the_heat_map_is_clear_where_the_model_is_sure_and_grows_with_doubt() -> None:
    alphas = [entry >> 24 for entry in heat_table(1.0)]
    assert alphas[255] == 0
    assert alphas[0] == 255
    assert alphas == sorted(alphas, reverse=True)
