"""The grid of photos: where cells lie, what is painted in them, and how pictures get there."""
