"""How often a query is met over time."""
