"""Sentences to train the language model on: grammars in both languages, noise, and public sets."""
