"""The page *How good is it?*: what methods find and cost, measured."""
