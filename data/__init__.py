"""Tables and geometry that ship, with their sources, and the recipe that built them."""
