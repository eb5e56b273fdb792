"""The article's text: where it stands on the page, which pieces are part of it, the classifier that judges them."""
