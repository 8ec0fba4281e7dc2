"""What the tests of comparing and managing models know of their folder beforehand."""

SHARES = {"astronaut.jpg": 0.25, "cat.jpg": 0.75, "coffee.jpg": 0.5}
"""Of the petal in each image's mask; rocket.jpg has none."""
COLOR = (200, 30, 60)
"""The petal's."""
