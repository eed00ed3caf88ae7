"""Check the pairs of a forward and a backward pass in files, each in a process of its own."""

from .child import check_pairs, load_file
from .pairs import Pair, find_bases, find_pairs, pair_names

__all__ = ["Pair", "check_pairs", "find_bases", "find_pairs", "load_file", "pair_names"]
