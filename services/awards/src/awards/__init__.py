"""Awards: projects, panel, scores, ranking, bursaries and graduation."""
