"""The guard stops what tells who a survivor is, and leaves honest thinking alone. Every name and number here is invented."""
import pytest

from courses.guard import capitalised, look

PLANTED = [
    ("reference", "Her NRM000123456 came back on the same day."),
    ("reference", "I looked up NRM 123456 before the meeting."),
    ("reference", "The NRM reference number is 20481234 and I keep it in my notes."),
    ("reference", "His Home Office reference A1234567 was on the letter."),
    ("reference", "They wrote H1234567 on the envelope."),
    ("reference", "The letter says M1234567/2 at the top."),
    ("reference", "Her number is 1234-5678-9012-3456, and she never learnt it."),
    ("reference", "The portal asked for UAN 1212 3434 5656 7878 again."),
    ("reference", "Ref: TS/4471/22 was all they gave us."),
    ("reference", "Our ref. no. 88/1432 is about the housing claim."),
    ("reference", "The crime reference 55B/1234/26 was refused, crime number CR12345."),
    ("reference", "GWF012345678 is the visa."),
    ("reference", "Her National Insurance number is QQ 12 34 56 C."),
    ("reference", "Passport number 123456789 had been taken from her."),
    ("phone", "She rang from 07700 900123 at night."),
    ("phone", "I saved +44 7700 900 123 without a name."),
    ("phone", "The flat has 020 7946 0958 as its number."),
    ("phone", "Call (0141) 496 0123 and ask for the manager."),
    ("phone", "His mother is on +84 24 3936 1234 only at weekends."),
    ("phone", "Text 07700900456 before you go."),
    ("postcode", "The safe house is in G12 8QQ, which I should not know."),
    ("postcode", "They moved her to se1 7eh last week."),
    ("postcode", "We met near BT1 5GS."),
    ("email", "Write to amina.h@mail.example if the line is busy."),
    ("email", "He uses tran (at) mail.example for everything."),
    ("date and place", "On 14 March 2026 she ran from the hotel by the ring road."),
    ("date and place", "They found him in Paisley on 3 May, behind the shops."),
    ("date and place", "On 02/11/2025 the car wash was raided."),
    ("date and place", "She landed at Gatwick on June 4th, 2025, with nothing."),
    ("date and place", "He was picked up from a nail bar on the 9th of October."),
    ("born", "She was born on 3 March 1998, so she was a child then."),
    ("address", "She stays at 14 Rose Gardens with two others."),
    ("name", "I went with Amina Hassan to the interview."),
    ("name", "Amina Hassan came to us in the autumn."),
    ("name", "Mrs Okonkwo asked me not to tell."),
    ("name", "A woman called Thuy sat down beside me."),
    ("name", "I support a survivor named Blessing through the claim."),
    ("name", "My client Florin had not slept."),
    ("name", "We spoke about Nguyễn Thị Lan for an hour."),
    ("name", "Yesterday Oluwaseun told me about the boat."),
    ("name", "The solicitor, Mr. Hargreaves, was late."),
    ("name", "Her name is Mercy and she is from Benin City."),
    ("name", "In May Maria de Souza stopped coming."),
    ("name", "It was Łukasz Zieliński who opened the door."),
]

HONEST = [
    "I keep coming back to the difference between helping and rescuing. When I feel the pull to ring every service at once, that is "
    "usually about my own fear. Next time I will ask what she wants first, and write down the answer in her words.",
    "The Modern Slavery Act 2015 applies in England and Wales, and I had been using its words with colleagues in Scotland. Police "
    "Scotland works under the Human Trafficking and Exploitation (Scotland) Act 2015, so my letter was wrong, and I have to own that.",
    "Under section 52 the duty to notify falls on public authorities. The Home Office guidance says that consent is not needed when "
    "the notice leaves out who the person is. I had explained this badly. I will practise saying it in two sentences.",
    "My supervisor asked why I said ‘vulnerable’ three times. In Wales we say ‘adult at risk’. It is more than a word: it moves the "
    "weight from the person to what is around them. I want to notice when I slip.",
    "A survivor I work with missed two meetings. At first I read it as disengagement. Reading Judith Herman again, and the unit on "
    "trauma, I think the meetings were in the wrong place: the waiting room is loud and the door locks.",
    "On Monday I felt tired in a way that sleep did not help. Reflective supervision gave me a name for it: vicarious trauma. I am not "
    "sure that naming it is enough. I will ask Migrant Help how their caseworkers share out the hardest calls.",
    "The National Referral Mechanism has two decisions, Reasonable Grounds and Conclusive Grounds. I used to rush to the first. In "
    "Northern Ireland the Department of Justice provides support, and in Scotland TARA or Migrant Help does.",
    "I disagreed with the Lord Advocate’s Instructions at first, because they seem to leave so much to the prosecutor. But the "
    "statutory defence in section 45 has its own gaps: Schedule 4 lists over a hundred offences where it cannot help.",
    "What would I do differently? I would wait. I would not fill the silence. Schön (1983) calls this reflection-in-action, though I "
    "find the word too tidy for what happens in the room, when somebody is deciding whether I am safe.",
    "The Salvation Army holds the contract in England and Wales. When the caseworker there said no, I argued; I should have asked what "
    "the rules allow. Hope for Justice and the Bakhita Centre teach that an advocate has no power but persuasion.",
    "From 1 July 2026 the guidance changed for the United Kingdom, and I have not read the new version. I have put an hour aside for "
    "this, and I will tell my team what is different. The IMSA Model Hub sends a note when the law moves.",
    "I noticed that everybody in the meeting spoke about him and nobody to him. The social worker wanted a safety plan, the police "
    "wanted a statement, and I wanted him to like me. None of us asked about Friday’s exam, which is what he cared about.",
    "Is it paternalism to hold back news of a negative decision until the solicitor is there? I think it may be. Article 8 and the "
    "Council of Europe Convention on Action against Trafficking in Human Beings do not answer it. Autonomy means bad news too.",
    "The Modern Slavery Helpline is 08000 121 700 and is open to anybody. I learnt it by heart in the first week. Even so, I froze when "
    "a woman asked me for it in 2024. Two in three of us did, our tutor said, in the same 45 minutes of role play.",
    "The case of Rosa in this unit made me angry. Rosa told the advocate what she wanted on page 3 and nobody wrote it down. Independent "
    "Modern Slavery Advocates are named for independence; I wonder whether I would have kept mine with my manager in the room.",
    "In March I start the second module, Working Together. St Mary’s University expects an essay of 3,000 words at Level 7. I am better "
    "at listening than at writing, so I will begin early and ask Student Services about the study space.",
]


@pytest.mark.parametrize(("what", "text"), PLANTED)
def test_what_tells_who_somebody_is_is_found_with_advice(what, text):
    found = look(f"I thought about it for long. {text} It stays with me.", names=["Rosa"])
    assert what in [f.what for f in found], found
    assert all(f.advice.endswith(".") and f.found for f in found)


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_paragraph_is_left_alone(text):
    assert look(text, names=["Rosa"]) == []


def test_there_are_enough_of_both():
    assert len(PLANTED) >= 40 and len(HONEST) >= 15


def test_each_thing_is_named_once_in_the_order_of_reading():
    found = look("Amina Hassan rang from 07700 900123. I rang Amina Hassan back on 07700 900123.")
    assert [(f.what, f.found) for f in found] == [("name", "Amina Hassan"), ("phone", "07700 900123")]


def test_what_the_unit_itself_names_may_be_named():
    unit = "Invented case. Kwame Mensah works in a warehouse. The Medaille Trust offers a place."
    thought = "I would have asked Kwame Mensah what he wanted, and then the Medaille Trust."
    assert [f.what for f in look(thought)] == ["name"]
    assert look(thought, names=capitalised(unit)) == []


@pytest.mark.parametrize("odd", ["", None, "\0", "😀" * 500, "A" * 20000, "0" * 5000, "(" * 5000 + "0" * 50, "A a " * 5000, "Aa " * 6000,
                                 "@" * 5000, "a.b-" * 5000, "1 " * 8000, "NRM " * 4000])
def test_odd_text_is_looked_through_calmly(odd):
    assert isinstance(look(odd), list)
