"""Visearch Desktop: find a thing, a place or an idea again in your own photos."""

__version__ = "0.1.0"
