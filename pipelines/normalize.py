"""Step 3, normalize: one form for text, addresses and dates, whatever rule they came from."""

from __future__ import annotations

from dataclasses import replace

from newsarchive.model.reading import Reading
from newsarchive.parsers.normalize import normalize


class NormalizePipeline:
    """Reading in, Reading out."""

    def process_item(self, reading: Reading) -> Reading:
        """Normalize the article and note the site it was crawled for."""
        article = replace(reading.article, site=reading.capture.site)
        return replace(reading, article=normalize(article))
