"""From the bytes of a page to an Article: a module or a room for each field, and the way of a page through them."""
