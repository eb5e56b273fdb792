"""Watching sites over time: what is wrong by their own history, who is told, and figures for other programs."""
