"""Crawl runs and their ledgers, looked back at and gone on from."""
