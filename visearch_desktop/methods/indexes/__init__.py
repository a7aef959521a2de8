"""Vectors become neighbours: exact or approximate."""
