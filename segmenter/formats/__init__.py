"""In and out: labels as other programs read and write them."""
