"""What comes out of a few pages of a site, what is suspicious in it, and a publisher file to begin with."""
