"""The query language, and the full-text index that follows the archive."""
