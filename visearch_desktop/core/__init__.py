"""The ground floor: errors and their sentences, the registry, geometry, vectors, paths."""
