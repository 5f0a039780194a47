"""Whether two spellings are the same family name; it knows no person."""
import unicodedata

# Letters that do not come apart into a letter and an accent.
PLAIN = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "ng", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
})


def folded(name: str) -> str:
    """A name without case, accents, spaces, hyphens and apostrophes, those among them that are letters (ʼ, ʻ, ʿ): “O’Brien-Łuc” is “obrienluc”."""
    apart = unicodedata.normalize("NFKD", name.casefold()).casefold().translate(PLAIN)
    return "".join(c for c in unicodedata.normalize("NFKD", apart) if c.isalnum() and unicodedata.category(c) != "Lm")


def family_name(first: str, last: str) -> str:
    """The name a checker types: the family name, or the only name of somebody with one."""
    return last.strip() or first.strip()


def is_same(typed: str, name: str) -> bool:
    return bool(folded(typed)) and folded(typed) == folded(name)


def is_a_name(typed: str) -> bool:
    """Letters of any script, with spaces, hyphens, apostrophes, full stops and what else stands in printed names ( ( ) / , ); nothing else."""
    return any(c.isalpha() for c in typed) and all(
        c.isalpha() or unicodedata.category(c).startswith("M") or c in " .-'’‘ʼ`´′‐‑–·()/,\u00a0\u200c\u200d" for c in typed
    )
