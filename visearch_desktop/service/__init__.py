"""A library in a process of its own: typed messages, progress, cancel, latest wins."""
