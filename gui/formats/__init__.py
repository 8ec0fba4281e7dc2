"""Taking masks out in another program's format, and bringing them in."""
