"""The grammar behind :class:`ml_core.inference.language.model.LanguageModel`, in small parts.

``lexicon`` (words to roles) → ``tokens`` (a sentence as words with roles) → ``clauses`` (where one step ends and the
next begins) → ``commands`` (what each step requests). ``descriptions`` reads descriptions of people with its own words.
"""
