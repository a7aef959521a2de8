"""Training of the bundled network, and what it learns from: pairs without labels, losses, whitening."""
