"""Files and pixels: walk, fingerprint, decode, metadata, thumbnails. Knows no database and no vectors."""
