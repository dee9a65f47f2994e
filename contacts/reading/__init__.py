"""Reads tables that people upload. Plain Python: imports no Django."""
