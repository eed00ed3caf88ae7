"""Step through both passes in a page."""
