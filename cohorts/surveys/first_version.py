"""The question sets that we supply, each as its first version. ASSUMED: the University has not published its own. They are content, stored as they are and
changed by saving another version, so they stand in English."""

AGREEMENT = [
    "Strongly disagree",
    "Disagree",
    "Neither agree nor disagree",
    "Agree",
    "Strongly agree",
]


def _scale(key, text, is_required=True):
    return {
        "key": key,
        "kind": "scale",
        "text": text,
        "is_required": is_required,
        "options": AGREEMENT,
    }


def _text(key, text):
    return {"key": key, "kind": "text", "text": text, "is_required": False, "options": []}


def _of(kind, key, text, *options):
    is_required = kind == "choice"
    return {
        "key": key,
        "kind": kind,
        "text": text,
        "is_required": is_required,
        "options": [*options],
    }


PRESETS = {
    "mid-module-check": (
        "Mid-module check",
        [
            _scale("expected", "I know what is expected of me in this module."),
            _of(
                "choice",
                "pace",
                "The pace of this module is",
                "Too slow",
                "About right",
                "Too fast",
            ),
            _scale("support", "I know where to get help when I need it."),
            _of(
                "several",
                "helps",
                "What helps you learn in this module?",
                "Units to read",
                "Sessions with tutors",
                "Knowledge checks",
                "Talking with others in the cohort",
                "My work as an advocate",
            ),
            _text("keep", "What should stay as it is?"),
            _text("change", "What should we change in the rest of this module?"),
        ],
    ),
    "end-of-module-evaluation": (
        "End-of-module evaluation",
        [
            _scale("explained", "The module explained things well."),
            _scale("practice", "What I learnt is useful in my work as an advocate."),
            _scale("care", "Difficult subjects were handled with care."),
            _scale("criteria", "The assessment criteria were clear to me in advance."),
            _scale("feedback", "Feedback on my work helped me improve.", is_required=False),
            _scale("support", "I could get help when I needed it."),
            _of(
                "choice",
                "hours",
                "The time this module took me was",
                "Less than I was told",
                "About what I was told",
                "More than I was told",
            ),
            _scale("overall", "Overall, I am satisfied with this module."),
            _text("best", "What was best about this module?"),
            _text("change", "What should change before the next cohort takes it?"),
        ],
    ),
}
