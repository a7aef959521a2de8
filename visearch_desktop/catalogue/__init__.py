"""The catalogue: one SQLite file that is the truth about a library; one module for each group of tables. It knows no pixels."""
