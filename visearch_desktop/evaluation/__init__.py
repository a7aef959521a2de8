"""Data sets, metrics, tables, plots: how good a method is, measured."""
