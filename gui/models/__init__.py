"""The models: which there are, what can be done with them, and which of two is better."""
