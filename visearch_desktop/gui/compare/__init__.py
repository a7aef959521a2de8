"""Query and hit side by side: the lines that agree, the warped overlay, and why."""
