"""The checks, by what they are about. Each takes a Trial and returns its number and its limit, or raises why not."""
