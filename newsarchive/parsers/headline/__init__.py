"""The headline: what claims to be it, what speaks for each wording, which one is chosen."""
