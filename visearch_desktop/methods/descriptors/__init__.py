"""A photo becomes one vector."""
