"""Which articles have nearly the same text: sketches, clusters, and the earliest known copy."""
