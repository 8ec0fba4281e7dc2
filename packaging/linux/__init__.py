"""Linux packages of a frozen app: the ``.deb``, the ``.run``, and what proves that they work."""
