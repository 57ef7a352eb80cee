"""The trained tagger: pieces of a sentence, what the registries know of them, and the spans that it marks."""
