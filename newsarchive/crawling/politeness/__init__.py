"""What site owners can expect: robots.txt, Retry-After, budgets, fair turns, what pages declare."""
