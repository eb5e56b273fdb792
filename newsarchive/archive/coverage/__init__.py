"""What is known of every day of a site: archived, nothing published, blocked, or no crawl."""
