"""One photo, large, with the box a person draws on it and the answers below."""
