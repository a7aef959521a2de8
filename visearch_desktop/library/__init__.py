"""One open library: folders, scanning, indexing, searching. The Python API of the program."""
