"""Data sets out of the archive: the export record, and one module a format."""
