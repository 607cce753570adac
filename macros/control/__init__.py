"""Document control: seals, approvals, snapshots, changes (clause 7.5)."""
