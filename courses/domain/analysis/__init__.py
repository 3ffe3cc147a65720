"""Item analysis: which question is bad, and how far the scores of a quiz can be trusted."""
