"""Where article addresses come from, and which address is an article's. Pure: bytes in, candidates out."""
