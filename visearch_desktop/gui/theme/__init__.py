"""How the window looks: tokens, palettes, fonts, icons and the style."""
