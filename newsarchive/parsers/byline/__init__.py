"""Who signs the article: by the byline's markup, by its words, and what is a person's name."""
