"""Small parts that know nothing of images or masks, and that any panel may use."""
