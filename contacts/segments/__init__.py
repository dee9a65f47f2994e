"""Segments as data: what a definition may say, and what it says in words. Pure.

`definitions` is the shape, `values` reads what stands behind an operator, `catalog`
names the fields and operators there are, `checking` puts the three together. What a
definition means to the database is in `contacts.selectors.segments`.
"""
