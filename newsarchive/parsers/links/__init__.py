"""Where the page points: its canonical address, the next part of the article, related articles."""
