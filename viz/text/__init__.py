"""Write numbers, names and operations as text."""
