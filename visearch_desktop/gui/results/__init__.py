"""The results page: hits grouped by how sure they are."""
