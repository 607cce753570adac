"""Who approved what, when, with which authority, and whether a text is the approved one."""
