"""The steps of a page through a crawl, one file a step: capture, parse, normalize, compare, store."""
