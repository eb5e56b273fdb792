"""newsarchive: from a news site to a searchable, citable archive."""
