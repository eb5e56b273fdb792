"""Bytes to text: which encoding a page is in, and text that was decoded wrongly before it came here."""
