"""The same records in forms that other programs read. Each module is a plain function from `Aims` or files to text."""
