"""Scores labelled tool calls: what is caught, what is disturbed, and how sure that is.

Nothing of a row that lies outside the project is kept: its text is judged, and its id and its
counts are all that any page shows.
"""
