"""Dated decisions in the order of their recording: which count, which is in force on a day, which a new one replaces."""

from operator import attrgetter, itemgetter

OF_PAIR, OF_ROW = itemgetter(0), attrgetter("from_day")


def that_count(lines, begins=OF_PAIR) -> list:
    """The lines without those replaced: one recorded later that begins earlier replaces them, for good.

    What is left stands in the order of recording and of days alike.
    """
    counting = []
    for line in lines:
        while counting and begins(counting[-1]) > begins(line):
            counting.pop()
        counting.append(line)
    return counting


def in_force(lines, day, begins=OF_PAIR):
    """Of the lines that count, the last that has begun by that day; None before the first."""
    begun = [line for line in that_count(lines, begins) if begins(line) <= day]
    return begun[-1] if begun else None


def replaced_from(day, lines, begins=OF_PAIR) -> list:
    """The lines that count now, and that a new one from that day would replace."""
    return [line for line in that_count(lines, begins) if begins(line) > day]
