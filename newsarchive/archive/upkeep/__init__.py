"""Backups, copies to another database, and whether all is whole."""
