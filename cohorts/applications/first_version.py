"""The first version of the form. The IMSA Model Hub's own form is not public: each question below is ASSUMED (shared/design/domain.md, section 1), and
is labelled so on the Hub's page until the Hub publishes a version of its own."""

ORGANISATION, PEOPLE, SERVICE, SAFETY, AGREEMENT = (
    "About your organisation",
    "People responsible",
    "How advocates will work",
    "Safety, insurance and vetting",
    "Data and the memorandum",
)


def _question(key, page, label, kind="text", hint="", is_required=True, options=()):
    return {
        "key": key,
        "page": page,
        "label": label,
        "kind": kind,
        "hint": hint,
        "is_required": is_required,
        "options": list(options),
        "is_assumed": True,
    }


FIRST_VERSION = {
    "questions": [
        _question("name", ORGANISATION, "Legal name of the organisation"),
        _question(
            "charity_number",
            ORGANISATION,
            "Charity or company number",
            hint="Numbers differ by nation: for example 1234567 (England and Wales), SC012345 (Scotland), NIC101234 (Northern Ireland).",
        ),
        _question(
            "nations",
            ORGANISATION,
            "Nations in which your advocates will work",
            kind="nations",
        ),
        _question(
            "sector", ORGANISATION, "Sector", hint="Such as housing, legal advice or health."
        ),
        _question(
            "contact_name",
            PEOPLE,
            "Contact for this application",
            hint="Full name and role. We write to the email address you started with.",
        ),
        _question(
            "safeguarding_lead", PEOPLE, "Safeguarding lead", hint="Name, role and email address."
        ),
        _question("line_manager", PEOPLE, "Line manager of the advocates", hint="Name and role."),
        _question(
            "supervision",
            SERVICE,
            "What clinical or reflective supervision will advocates have?",
            kind="long_text",
            hint="Who gives it, how often, and whether the supervisor is external.",
        ),
        _question(
            "advocates",
            SERVICE,
            "How many Independent Modern Slavery Advocates do you plan to employ?",
            kind="number",
        ),
        _question(
            "caseload",
            SERVICE,
            "How many people will one advocate support at a time?",
            kind="number",
        ),
        _question(
            "independence",
            SERVICE,
            "How will advocates be independent of your other services?",
            kind="long_text",
        ),
        _question(
            "survivor_involvement",
            SERVICE,
            "How will people with lived experience be involved in your service?",
            kind="long_text",
        ),
        _question(
            "iaa_level",
            SERVICE,
            "Immigration advice: the level at which your organisation is registered",
            kind="choice",
            options=[
                "Not registered",
                "Level 1",
                "Level 2",
                "Level 3",
                "Regulated by another body",
            ],
            hint="Registration with the Immigration Advice Authority (IAA).",
        ),
        _question(
            "vetting",
            SAFETY,
            "Will each advocate have the check that their nation asks for before they start?",
            kind="yes_no",
            hint="DBS in England and Wales, PVG scheme membership in Scotland, AccessNI in Northern Ireland.",
        ),
        _question("insurance_until", SAFETY, "Insurance: the policy runs until", kind="date"),
        _question(
            "insurance_file",
            SAFETY,
            "Insurance certificate",
            kind="file",
            hint="Professional indemnity and public liability.",
        ),
        _question("safeguarding_file", SAFETY, "Safeguarding policy", kind="file"),
        _question(
            "data_sharing",
            AGREEMENT,
            "Has your organisation a data sharing agreement with the IMSA Model Hub?",
            kind="yes_no",
        ),
        _question(
            "memorandum_file",
            AGREEMENT,
            "Signed memorandum",
            kind="file",
            is_required=False,
            hint="If you have signed it already. The Hub sends it to you otherwise.",
        ),
        _question(
            "accuracy",
            AGREEMENT,
            "We will tell the IMSA Model Hub when anything in this application changes",
            kind="declaration",
        ),
    ],
    "checklist": [
        {"key": "legal", "label": "Legal name and number found on the public register"},
        {"key": "safeguarding", "label": "Safeguarding lead named and policy read"},
        {"key": "supervision", "label": "Clinical or reflective supervision is enough"},
        {"key": "insurance", "label": "Insurance covers the service and is in date"},
        {"key": "independence", "label": "Advocates are independent of other services"},
        {"key": "vetting", "label": "Vetting for each nation is in place"},
        {"key": "data", "label": "Data sharing agreement signed"},
        {"key": "memorandum", "label": "Memorandum signed and dated"},
    ],
}
