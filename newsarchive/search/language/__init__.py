"""The query language: from what the user typed to a syntax tree, and back to words."""
