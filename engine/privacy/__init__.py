"""Personal data at rest: keys, encryption, erasure, retention and export."""
