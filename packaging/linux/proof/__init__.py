"""Proves a package by installing it where nothing of the build machine helps."""
