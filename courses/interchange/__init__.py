"""Questions in the formats of other systems, read into the neutral `Item` and written from it.

One file or folder a format: `gift`, `aiken`, … Each reads a text or the bytes of a file into
`Found` questions, and names what it cannot keep in `losses`. `building` makes the items, for all
formats alike; `reading` knows which format is read by what.
"""
