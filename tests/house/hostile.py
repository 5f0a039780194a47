"""Runs expressions over hostile texts made from their own repetitions; prints those that took too long. A process of its own: see test_patterns.py."""

import json
import re
import signal
import sys
from re import _constants as C
from re import _parser

LENGTH, SECONDS, ROWS = json.load(sys.stdin)


class TooLong(Exception):
    pass


def over(*_):
    raise TooLong


signal.signal(signal.SIGVTALRM, over)


def letters(items):
    """A letter that each item of a set takes, and one of its opposite."""
    negated = items and items[0][0] is C.NEGATE
    given = []
    for op, value in items:
        if op is C.LITERAL:
            given.append(value)
        elif op is C.RANGE:
            given += [value[0], value[1]]
        elif op is C.CATEGORY:
            given += {
                C.CATEGORY_SPACE: [32, 0xA0],
                C.CATEGORY_DIGIT: [48],
                C.CATEGORY_WORD: [97, 48],
            }.get(value, [33, 97, 32])
    return (
        [code for code in (97, 32, 33, 49, 65, 60, 45) if code not in given][:3]
        if negated
        else given[:6]
    )


def sample(tree, most=3):
    """Some text that the tree takes: least repetitions, first branch."""
    out = []
    for op, value in tree:
        if op is C.LITERAL:
            out.append(chr(value))
        elif op is C.NOT_LITERAL:
            out.append("a" if value != 97 else "b")
        elif op is C.ANY:
            out.append("a")
        elif op is C.IN:
            out += [chr(c) for c in letters(value)[:1]]
        elif op in (C.MAX_REPEAT, C.MIN_REPEAT, C.POSSESSIVE_REPEAT):
            out.append(sample(value[2]) * max(value[0], min(1, value[1])))
        elif op is C.SUBPATTERN:
            out.append(sample(value[-1]))
        elif op is C.ATOMIC_GROUP:
            out.append(sample(value))
        elif op is C.BRANCH:
            out.append(sample(value[1][0]))
    return "".join(out)


def pieces(tree, before=""):
    """(what stands before, what is repeated) for each repetition that has no small end."""
    for op, value in tree:
        if op in (C.MAX_REPEAT, C.MIN_REPEAT, C.POSSESSIVE_REPEAT):
            low, high, inner = value
            if high is C.MAXREPEAT or high > 50:
                yield before, sample(inner)
                for o, v in inner:
                    if o is C.IN:
                        for code in letters(v):
                            yield before, chr(code)
                    if o is C.BRANCH:
                        for one in v[1]:
                            yield before, sample(one)
            yield from pieces(inner, before)
            before += sample([(op, value)])
        elif op is C.SUBPATTERN:
            yield from pieces(value[-1], before)
            before += sample(value[-1])
        elif op is C.ATOMIC_GROUP:
            yield from pieces(value, before)
            before += sample(value)
        elif op is C.BRANCH:
            for one in value[1]:
                yield from pieces(one, before)
            before += sample(value[1][0])
        elif op in (C.ASSERT, C.ASSERT_NOT):
            yield from pieces(value[1], before)
        else:
            before += sample([(op, value)])


def hostile(pattern, flags):
    tree = _parser.parse(pattern, flags)
    whole = sample(tree)
    units = {" ", "a", "1", "<", "\n", "A ", "a-", "a.", "(", '"', whole or "x"} | (
        {whole[:1]} if whole else set()
    )
    texts = set()
    found = set(list(pieces(tree))[:60])
    for before, unit in found:
        if unit:
            body = (unit * (LENGTH // len(unit)))[:LENGTH]
            texts |= {
                before + body + "\x01",
                body + "\x01",
                (before + unit) * (LENGTH // max(1, len(before + unit))),
            }
            texts |= {before + body + tail for tail in ("x!", " ", "\n")}
            if before:
                texts |= {before * (LENGTH // len(before)), before + " " * LENGTH + "!"}
    for unit in units:
        texts |= {unit * (LENGTH // len(unit)) + "\x01", unit * (LENGTH // len(unit))}
    return texts


bad = []
for at, pattern, flags, methods, is_bytes in ROWS:
    made = re.compile(pattern.encode("latin-1") if is_bytes else pattern, flags)
    for text in sorted(hostile(pattern, flags)):
        text = text.encode("latin-1", "ignore") if is_bytes else text
        for method in methods:
            args = (b"" if is_bytes else "", text) if method in ("sub", "subn") else (text,)
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                for _ in (
                    made.finditer(text) if method == "finditer" else (getattr(made, method)(*args),)
                ):
                    pass
            except TooLong:
                bad.append([at, pattern, method, repr(text[:24]), repr(text[-8:])])
                break
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        else:
            continue
        break
print(json.dumps(bad))
