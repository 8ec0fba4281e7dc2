"""The steps of ``maskwright selftest``, one file a kind of work."""
