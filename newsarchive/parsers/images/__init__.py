"""The article's pictures: which they are, what is said of them, under which address each lies."""
