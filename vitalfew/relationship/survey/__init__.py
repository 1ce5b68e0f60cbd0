"""The survey: waves, links, answers, the mirror form, who is missing."""
