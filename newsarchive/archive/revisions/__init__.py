"""What makes two states of an article the same, what differs between them, and their histories."""
