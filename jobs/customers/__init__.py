"""Files of customers: read, checked row by row, and turned into frames that the engine screens."""
