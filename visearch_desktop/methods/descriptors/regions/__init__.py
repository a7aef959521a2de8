"""A photo becomes a few vectors, one for each of its regions: for things that have few details."""
