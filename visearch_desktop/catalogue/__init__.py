"""The SQLite file that is the truth: migrations and one module per group of tables. Knows no pixels."""
