"""Weights (list, download, import, checksum) and running them."""
