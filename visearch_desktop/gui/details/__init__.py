"""The details of the selected photo: why it was found, and what its file says."""
