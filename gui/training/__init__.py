"""Teaching the model from the window: learning at once, fine-tuning, and watching it."""
