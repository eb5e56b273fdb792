"""One short file per site that needs rules of its own; all others are read by the generic rules."""
