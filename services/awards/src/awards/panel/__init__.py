"""The executive panel: who judges, who must not judge what, and whether enough are left."""
