"""Shares scripts out among markers, two each or one; it knows scripts and markers by their keys alone."""

from collections.abc import Collection, Hashable, Mapping, Sequence


def share(
    scripts: Sequence[Hashable],
    weights: Mapping[Hashable, int],
    barred: Collection[tuple[Hashable, Hashable]] = (),
    each: int = 2,
) -> tuple[dict, list]:
    """(first and second marker of each script, or its one marker where `each` is 1; the scripts that have not so many who may). Each marker gets as near to their part of the whole as can be,
    by weight, and as often first as second; nobody gets a script they are `barred` from, and nobody one twice.

    The scripts that fewest may mark are given first. The same input has the same answer.
    """
    people = [person for person, weight in weights.items() if weight > 0]
    whole = sum(weights[person] for person in people)
    free = {script: [p for p in people if (script, p) not in barred] for script in scripts}
    left = {
        p: each * len(scripts) * weights[p] for p in people
    }  # in parts of which a script is `whole`
    firsts = dict.fromkeys(people, 0)
    order = {script: place for place, script in enumerate(scripts)}
    places = {person: place for place, person in enumerate(people)}
    shared = {}
    for script in sorted(scripts, key=lambda one: (len(free[one]), order[one])):
        if len(free[script]) < each:
            continue
        pair = sorted(free[script], key=lambda p: (-left[p], places[p]))[:each]
        pair.sort(key=lambda p: (firsts[p], places[p]))
        for person in pair:
            left[person] -= whole
        if each == 2:
            firsts[pair[0]] += 2
            firsts[pair[1]] -= 2
        shared[script] = tuple(pair)
    answer = {script: shared[script] for script in scripts if script in shared}
    return answer, [script for script in scripts if script not in shared]
