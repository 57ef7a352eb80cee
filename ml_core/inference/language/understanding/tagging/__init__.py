"""The trained tagger: pieces of a sentence, their entries in the registries, and the spans that it marks."""
