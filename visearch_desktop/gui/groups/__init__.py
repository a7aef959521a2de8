"""Groups that a person makes of photos that show the same."""
