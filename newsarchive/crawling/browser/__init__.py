"""Rendering pages in Chromium, fenced in."""
