"""What the pointer does to the mask: one file a tool."""
