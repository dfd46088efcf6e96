#!/usr/bin/env python3
"""Writes size_classes.def: which object sizes the allocator offers, and how many pages their spans have.

Rules: classes grow by an alignment that keeps the rounding waste near 1/8; a span has the fewest
pages that leave at most 1/8 of it unused at its end; a class that would get the same number of
objects into the same span as its neighbour is dropped in favour of the larger; at last each class
grows to what its span has room for, in steps that keep the size-to-class table small.
"""

PAGE = 8192
MAX_SMALL = 32768
LARGE_STEP = 128  # granularity of the size-to-class table above 1024 bytes


def step_after(size, step):
    """The alignment of sizes above `size`, a power of two."""
    if size >= 2048:
        return 256
    if size >= 128:
        return size // 8
    if size >= 32:
        return 16
    return step


def pages_for(size):
    pages = 1
    while (pages * PAGE) % size > pages * PAGE // 8:
        pages += 1
    return pages


def derive():
    classes = []
    size, step = 8, 8
    while size <= MAX_SMALL:
        if size & (size - 1) == 0:
            step = step_after(size, step)
        pages = pages_for(size)
        count = pages * PAGE // size
        if classes and classes[-1][1] == pages and pages * PAGE // classes[-1][0] == count:
            classes[-1] = (size, pages)
        else:
            classes.append((size, pages))
        size += step
    grown = []
    for size, pages in classes:
        room = pages * PAGE // (pages * PAGE // size)
        grown.append((max(size, room - room % LARGE_STEP), pages))
    return grown


def main():
    classes = derive()
    print("// SIZE_CLASS(class, bytes, pages per span). Made by gen_size_classes.py; class 0 is for")
    print("// objects with a span of their own.")
    print("SIZE_CLASS(0, 0, 0)")
    for i, (size, pages) in enumerate(classes):
        print(f"SIZE_CLASS({i + 1}, {size}, {pages})")


main()
