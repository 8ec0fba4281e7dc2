"""Scores as people read them."""


def percent(fraction: float | None) -> str:
    """``0.1234`` → ``12.3%``; a dash where there is nothing to score."""
    return "–" if fraction is None else f"{100 * fraction:.1f}%"
