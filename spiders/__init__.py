"""How addresses are found and fetched: one file a strategy."""
