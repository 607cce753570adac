"""Snapshots: made, listed, verified, archived, disposed of, published."""
