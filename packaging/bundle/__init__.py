"""Freezes the app: one folder with everything that it needs, in one of two flavours."""
