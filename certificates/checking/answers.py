"""What an asker is told of a standing, in both languages, as it is kept with the question."""

from lms.kit import nations
from lms.kit.languages import WELSH, nation_names

from ..accreditation.sentences import in_welsh
from ..accreditation.standing_wording import words_for


def in_full(standing, at: str, is_past=False, each=None) -> dict:
    """`at` is the moment of the answer. An approved organisation is also told of `each` nation, and until when the facts
    known now give this answer."""
    words, welsh_names = words_for(standing.code), nation_names(WELSH)
    answer = {
        "code": standing.code,
        **words.as_answer(is_past=is_past),
        "nations": nations.labels(standing.nations),
        "conditions": standing.conditions,
        "reasons": [str(reason) for reason in standing.reasons],
        "answered_at": at,
        "cy": {
            **words.as_answer(WELSH, is_past),
            "nations": [name for code, name in welsh_names.items() if code in standing.nations],
            "reasons": [in_welsh(reason) for reason in standing.reasons],
        },
    }
    if each is not None:
        answer["until"] = standing.until and standing.until.isoformat()
        answer["each_nation"] = [
            {
                "nation": n.nation,
                "label": nations.NATIONS[n.nation],
                "counts": n.counts,
                "term": n.term,
                "why": str(n.why),
            }
            for n in each
        ]
        answer["cy"]["each_nation"] = [
            {
                "nation": n.nation,
                "label": welsh_names[n.nation],
                "counts": n.counts,
                "why": in_welsh(n.why),
            }
            for n in each
        ]
    return answer


def code_told(code: str, withheld: str, is_organisation=False, is_known=False) -> str:
    """What an asker who has number and name is told of somebody who stands like this, by how the entry is withheld (“everybody”,
    “hub” or “”). `is_organisation`: an approved one asks; `is_known`: it watched the person before."""
    if not withheld or is_known:
        return code
    return "ask_the_hub" if withheld == "hub" and is_organisation else "not_found"


def essence_of(standing) -> dict:
    """The essence of the answer that `in_full` would make of it."""
    return {
        "code": standing.code,
        "nations": nations.labels(standing.nations),
        "conditions": standing.conditions,
    }


def essence(answer: dict) -> dict:
    """The part of an answer whose change is news to whoever watches."""
    return {k: answer[k] for k in ("code", "nations", "conditions")}
