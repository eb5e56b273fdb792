"""What is typical of the articles a query finds."""
