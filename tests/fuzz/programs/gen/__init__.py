"""The generator of random Go programs. Start reading at program.py."""
