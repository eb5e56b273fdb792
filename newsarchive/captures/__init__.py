"""The bytes as they came: WARC files, written and read."""
