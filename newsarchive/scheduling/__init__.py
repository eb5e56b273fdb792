"""Crawls that run by themselves: when a site is due, and the worker that crawls it then."""
