"""Looking at images again: approving them, comparing masks with predictions, statistics."""
