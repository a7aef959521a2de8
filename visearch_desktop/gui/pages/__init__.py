"""Pages of the main window that are not about photos themselves: start, problems, settings."""
