"""Data packages: a data set with all that is needed to understand, cite, verify and repeat it."""
