"""From a query to candidates to verified hits, with a word on how sure each is."""
