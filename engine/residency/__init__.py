"""Residency: each customer's data in its region, and nowhere else without a basis."""
