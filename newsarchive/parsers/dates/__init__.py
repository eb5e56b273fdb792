"""When the article was published and changed: where a page says so, and how what it says is read."""
