"""From text to the terms that are compared: one analysis for articles, queries and highlights."""
