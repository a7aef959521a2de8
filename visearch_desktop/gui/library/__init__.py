"""The library page: all photos by month, with a scrubber."""
