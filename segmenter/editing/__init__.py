"""Changing a mask: what a stroke covers, what it may change, and taking it back. No screen."""
