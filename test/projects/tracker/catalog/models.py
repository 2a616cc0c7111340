"""Empty. A spec that needs models of its own replaces this file."""
