"""What leaves the app: pictures, packs, maps in one file and data, each with its sources and its marking."""
