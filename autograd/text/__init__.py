"""Write Values as formulas and derivations."""
