"""What a query finds, as a reader wants it: in pages, with snippets, facets, near-copies, suggestions."""
