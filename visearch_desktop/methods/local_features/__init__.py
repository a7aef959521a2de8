"""Detectors and descriptors of details: a photo becomes keypoints, each with a small vector."""
