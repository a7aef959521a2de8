"""The main window and what its pages share."""
