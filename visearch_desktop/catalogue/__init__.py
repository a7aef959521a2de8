"""The catalogue: one SQLite file, the truth about a library; a module for each group of tables. It knows no pixels."""
