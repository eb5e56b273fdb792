"""What a page shows, in reading order: pieces of text, pictures and boxes, and the walk that makes them."""
