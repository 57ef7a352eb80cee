"""From a sentence to typed commands and traits with a trained tagger: it marks what each span is, and the resolvers
check every value against the registries. What they cannot account for is refused or listed.

``pieces`` (words and characters) → ``gazetteer`` (what the registries have) → ``tagger`` (the LSTM) → ``spans`` →
``objects`` and ``amounts`` (phrases) → ``steps`` (commands) and ``looks`` (people).
"""
