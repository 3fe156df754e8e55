"""The tests; a package, so that an installed package of the same name cannot take its place."""
