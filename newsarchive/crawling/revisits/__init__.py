"""Which known pages are asked for again, and how it is asked whether they changed."""
