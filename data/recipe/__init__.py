"""The recipe: from the collected facts and pinned packages to every file in ``data/``.

A recipe module offers ``OUTPUTS``, a mapping from a file name below ``data/`` to a function without
arguments that returns the bytes of that file, and ``READS``, a mapping from the same name to what the
function reads (for people: ``data/build.py`` prints it). Same inputs, same bytes.
"""
