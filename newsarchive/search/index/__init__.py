"""The full-text index: what it holds of an article, and how it follows the archive."""
