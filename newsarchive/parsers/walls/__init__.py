"""What a site sends in an article's place, and by which words and marks it is told."""
