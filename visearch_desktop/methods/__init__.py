"""What the field invented: one file per method, one registry. Knows no database."""
