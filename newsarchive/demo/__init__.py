"""The bundled sample site: served on loopback and crawled by the real spiders."""
