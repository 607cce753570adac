"""What changed between two states, in words; and the state itself, `aims.json`."""
