"""The inverted file of local features that object search looks things up in."""
