"""The scenes of docs/screenshots: what happens in the real window before a picture is taken."""
