"""The commands of ``python -m geo``, one module a family."""
