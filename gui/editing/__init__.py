"""From a tool's edit to the mask on the disk: undo, autosave, the image it belongs to."""
