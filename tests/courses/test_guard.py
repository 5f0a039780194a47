"""The guard stops what tells who a survivor is, and leaves honest thinking alone. Every name and number here is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.privacy_guard.guard import capitalised, look
from courses.privacy_guard.words import GIVEN

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
    ("date and place", "12 June 2025 at St Thomas"),
    ("date and place", "3/5/26 Croydon"),
    ("date and place", "Croydon, 3/5/26: she was not there."),
    ("date and place", "3/5/26 Todmorden."),
    ("date and place", "It was the fourth of May ... in Aberdeen."),
    ("date and place", "On the twenty-first of June they moved her to a room in Larne."),
    ("date and place", "May the fourth, at Kilmarnock, is a day she remembers."),
    ("date and place", "On 3 June 2026 we waited near Reading."),
    ("date and place", "On 3 May Shelter found her a hotel."),
    *[
        ("name", text)
        for text in """
        Amina's solicitor rang
        fatima said she was scared
        Thuy's room was cold.
        I tidied Thuy’s room.
        Ngozi and I went to the bank.
        I went there with Mohammed.
        My client, Elira, was late.
        I met my client, Elira, at noon.
        She wrote “Hi Amina, are you well?” and I froze.
        He sent: "hello thuy please call"
        Nguyen rang twice.
        AMINA told me.
        I still think of AMINA.
        Amina’s Home Office interview went badly.
        Support Amina to register with a GP.
        Detective Elira came.
        Elira (19) came alone.
        Elira, who is 19, came alone.
        Lukas and his brother left.
        I saw fear in Elira’s eyes.
        I had no trust in Elira.
        The form was for Nguye\u0302\u0303n.
        The manager, J. Hargreaves, was late.
        Mrs England asked me in.
        My client florin said so.
    """.strip().split("\n        ")
    ],
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
    "find the word too tidy for what happens in the room, when someone is deciding whether I am safe.",
    "The Salvation Army holds the contract in England and Wales. When the caseworker there said no, I argued; I should have asked what "
    "the rules allow. Hope for Justice and the Bakhita Centre teach that an advocate has no power but persuasion.",
    "From 1 July 2026 the guidance changed for the United Kingdom, and I have not read the new version. I have put an hour aside for "
    "this, and I will tell my team what is different. The IMSA Model Hub sends a note when the law moves.",
    "I noticed that everyone in the meeting spoke about him and no one to him. The social worker wanted a safety plan, the police "
    "wanted a statement, and I wanted him to like me. None of us asked about Friday’s exam, which is what he cared about.",
    "Is it paternalism to hold back news of a negative decision until the solicitor is there? I think it may be. Article 8 and the "
    "Council of Europe Convention on Action against Trafficking in Human Beings do not answer it. Autonomy means bad news too.",
    "The Modern Slavery Helpline is 08000 121 700 and is open to anyone. I learnt it by heart in the first week. Even so, I froze when "
    "a woman asked me for it in 2024. Two in three of us did, our tutor said, in the same 45 minutes of role play.",
    "The case of Rosa in this unit made me angry. Rosa told the advocate what she wanted on page 3 and no one wrote it down. Independent "
    "Modern Slavery Advocates are named for independence; I wonder whether I would have kept mine with my manager in the room.",
    "In March I start the second module, Working Together. St Mary’s University expects an essay of 3,000 words at Level 7. I am better "
    "at listening than at writing, so I will begin early and ask Student Services about the study space.",
    "Listening matters. Trust is slow. Silence helped. Consent is not a form. Boundaries protect both of us. I wrote these five lines on the "
    "inside of my diary in the first week, and I still disagree with the third.",
    "Herman argues that recovery begins with safety, and Maslow would put it lower still. Freire’s question is harder: whose safety, and who "
    "decides? Crenshaw taught me to ask it about race and sex together. Bowlby says less about institutions.",
    "Using Gibbs, I described the meeting first. Feelings: I was ashamed. Evaluation: the interpreter was brilliant, and I was late. "
    "Analysis: my lateness was heard as contempt. Conclusion: ring ahead. Action plan: leave at nine.",
    "Schön calls this the swampy lowland. Kolb’s cycle is neater, but Reflection is never neat on a Thursday in January with four voicemails "
    "from the Home Office and one from Universal Credit.",
    "TARA and Migrant Help share the work in Scotland; Bawso works across Wales, and in Belfast the PSNI rang Women’s Aid before they rang "
    "us. Kalayaan knows more about domestic workers than any of us. Unseen runs the Helpline, and Shelter told us about Right to Rent.",
    "Citizens Advice explained that Section 45 is a defence and not an immunity. Part 5 of the Nationality and Borders Act 2022 worries me "
    "more. Appendix VTS of the Immigration Rules is now where leave is decided.",
    "COPFS publishes the Lord Advocate’s Instructions. The First-tier Tribunal sits in Glasgow. Court is cold, even in June. Counsel was "
    "kind. Judges ask short questions and wait for long answers.",
    "Hope is a discipline, I read. Grace is not something I can hand out. Patience is a skill, and mine ran out on Friday. Faith is hers to "
    "speak of and not mine. Joy came late. Will the funding last? May is always the hardest month.",
    "In May we begin Part Two. From April the Survivor Care Standards apply. By August I want to have read all of Trauma and Recovery. On "
    "Sunday I slept. Since March the rota has changed twice.",
    "WHAT I NOTICED\n\nI was quicker to answer men. I was NOT listening when the phone rang. NRM, IECA, SCA and MSVCC are four sets of letters "
    "that shut a door. ASAP is a fifth.",
    "What I Learned From Supervision\n\nSupervision is a place to be uncertain. My supervisor asked one question in an hour. Shame was in the "
    "room with us, and neither of us named it.",
    "- Trust: slow, and easily spent\n- Language: hers first\n- Power: mine, whether I like it or not\n- Housing: no one’s job\n- Next steps: "
    "read the Care Act, ask about Section 95 support",
    "1. Ask before writing.\n2. Write less.\n3. Read it back.\n4. Destroy the draft.\n5. Tell the manager only what she needs.",
    "“You can stop at any time,” I said, and did not stop myself. “Stopping is also an answer,” my tutor wrote in the margin. ‘Nothing about "
    "us without us’ is on the wall of the Hub.",
    "Romanian, Polish and Vietnamese were spoken in that waiting room; Tigrinya too. No one spoke Albanian. The interpreter on Zoom spoke "
    "Kurmanji, and we had booked Sorani. Language is never neutral.",
    "Christian colleagues prayed, Muslim colleagues were fasting for Ramadan, and at Easter the Salvation Army brought lilies. I belong to "
    "none of it and was moved. Religion is not my business unless she makes it so.",
    "My manager asked for numbers. Numbers do not cry. The Council wanted outcomes, the Home Office wanted evidence, and the GP wanted five "
    "minutes. Everyone wants something from a survivor; I wanted gratitude, and that is the worst of the four.",
    "Independence means that I may say no to the police, the funder and the Hub. Article 12 of the Convention speaks of assistance. Nothing "
    "in it says that assistance depends on a statement, and in Northern Ireland Section 18 says so outright.",
    "A survivor told me that A. had helped her more than I had. B was on her phone all day. C said nothing. I use letters now, and even the "
    "letters feel like too much.",
    "Vicarious trauma is not weakness. Burnout is not weakness either. Figley’s word was compassion fatigue; Karpman’s triangle has me as "
    "Rescuer on Mondays. Winnicott would say good enough.",
    "Yesterday I rang Migrant Help twice. Today I rang no one. Tomorrow the Home Office will ring me. Waiting is most of the work. Paperwork "
    "is the rest.",
    "The European Court of Human Rights held in Rantsev v Cyprus and Russia that states must investigate. In Chowdury v Greece it went "
    "further. V.C.L. and A.N. v United Kingdom is about us. Strasbourg feels far from a bedsit.",
    "Okri (2019) writes that stories can conquer fear. For Okri, a story belongs to the teller. Lundy and Tanaka (2021) disagree, and so do "
    "Abara, Quist and Lem (2020). I side with Tanaka.",
    "Glasgow was wet, Cardiff was kind, and London was London. I grew up in Leeds and have never felt English. Belfast taught me to ask what "
    "a word means here. Borders are also in us.",
    "Housing said no. Social Services said not yet. Education said next term. The school nurse said: what does he eat? Food was the right "
    "question. Hunger comes first.",
    "Mum would have said I was meddling. Dad would have said nothing. Family is a strange place to learn advocacy. My sister thinks I should "
    "sleep more; Sleep is a professional duty, I told her.",
    "Dear Diary, I am tired. Hello again, Doubt. Sorry about the handwriting. Thanks to Teams, I have now met eleven people’s ceilings.",
    "Attachment theory helped me to see the missed calls differently. Ainsworth’s strange situation is not a home visit. Culture matters. "
    "Rothschild says to watch the breath, and I watched my own. Containment was Bion’s word.",
    "Using the Independent Modern Slavery Advocate standards, I compared my practice with Standard 4. Person-centred is easy to write. "
    "Trauma-informed is easier still. Co-production takes a year. Whistleblowing should be ordinary.",
    "Interpreters carry more than words. Drivers, receptionists and cleaners see more than advocates. Kindness was at the front desk that "
    "day. Security asked for my pass, and asked her for nothing. Dignity is in the details.",
    "First Responders are meant to know the indicators. Indicators are not people. Local Authority duties differ: the Duty to Notify in "
    "England and Wales, the guardianship service in Scotland (run by the Scottish Refugee Council and Aberlour), and Independent Guardians "
    "in Northern Ireland under Barnardo’s.",
    "The Gangmasters and Labour Abuse Authority inspected; the National Crime Agency took the laptop. Operation names are odd. Parliament "
    "debated it on a Tuesday. Westminster is slow, Holyrood is slower, and Stormont was not sitting.",
    "I felt Anger first, with a capital letter, then Relief, then Guilt. Psychology has names for this. Philosophy has better ones: Arendt "
    "on promising, Kant on never using a person as a means, Tronto on who cares for the carers.",
    "Module 2: Working Together\n\nLearning outcome 3 asks for critical evaluation. Word limit: 3,000. Deadline: the end of term. Feedback: "
    "within 20 working days.",
    "Human rights language came easily; rent arrears did not. Money was what she wanted to talk about. Benefits are an ordeal. Advance "
    "payments are loans. Poverty is a trafficker’s recruiter, someone said, and I wrote it down.",
    "Professionals say ‘disengaged’. Survivors say ‘tired’. Words like ‘grooming’, ‘debt bondage’ and ‘county lines’ belong to us. Hers were "
    "Work, Uncle, Home. I did not correct her.",
    "The Children’s Commissioner for Wales, the Older People’s Commissioner and the Future Generations Commissioner all have something to "
    "say. In Scotland the Children’s Hearing is its own world. Scots law has its own words: complainer, corroboration, the Crown.",
    "St Andrew’s Day was quiet. The St Mary’s library lent me Foucault. King’s College London has an archive. Queen Mary University wrote "
    "the report. Duluth is a wheel before it is a city.",
    "Success was a bus pass. Comfort was a kettle. Peace was a lock that turned from the inside. Progress is not a line. Recovery is not "
    "mine to measure.",
    "Rolfe et al. (2001) ask What? So what? Now what? Horner (2004, p. 4) says reflection must lead to action; Knott, C., & Scragg, T. "
    "(2011) say the same. One study (Bengtsson-Tops et al., 2014) is about housing.",
    "Reading\nHerman, J. L. (1992). Trauma and Recovery. New York: Basic Books.\nSchön, D. A. (1983) The Reflective Practitioner. London: "
    "Temple Smith.\nOkello, P. and Brandt, S. (2020) Advocacy after Exit. Bristol: Policy Press.",
    "Description – what happened? Feelings – what was I thinking? Evaluation, Analysis, Conclusion, Action Plan: Gibbs again. Description "
    "bored me. Analysis did not.",
    "The BASW Code of Ethics, the Care Certificate and the Human Trafficking Foundation’s Survivor Care Standards (2018) all say dignity. "
    "Dignity is easily said. “Privacy”, “Choice” and “Control” are on our posters.",
    "Kindness is not a plan. Neither is Outrage. I have both, and a diary.",
    "After the Manchester Arena Inquiry our policy on Prevent changed, and Safeguarding Adults Boards wrote to everyone.",
    "I read Audre Lorde on the train to Swansea. Lorde says self-care is warfare. Self-care for me is soup.",
    "Deliveroo riders, nail bars, cannabis farms: the Sector list in our training is longer than my arm. Cannabis is the one the Police "
    "Scotland officer knew best.",
    "Leave to Remain, Indefinite Leave, Temporary Permission to Stay: each has its own form. Biometric Residence Permits ended in 2024 and "
    "eVisas began. UKVI wrote in capitals.",
    "The social worker quoted the Care Act. The solicitor quoted Rule 35. The doctor quoted the Istanbul Protocol. No one quoted her.",
    "In the first session we used the Window of Tolerance and the Power and Control Wheel. In the second, the Drama Triangle. Models are "
    "maps. Maps are made by someone.",
    "Somalia, Sudan and Iran were on the board. Below them someone had written Sorrow.",
    "Gratitude embarrasses me. Anger I can use. Envy was new.",
    "Monday: two calls. Tuesday: none. Wednesday: court. Thursday: supervision. Friday: this.",
    "Tea was made. Biscuits were refused. Rain was on the window the whole hour. Time is the only thing I had to give.",
    "I think the Hub should publish its numbers. I think IMSA should mean something to a housing officer in Wrexham.",
    "Lived experience is expertise. Expertise is paid. Ours is paid in vouchers, as a consultant said drily at the Lived Experience Advisory "
    "Panel.",
    "Is Brexit in the room? Always. Is the Rwanda scheme? Less, since 2024. Is Reform UK? I could not say.",
    "Art therapy was offered. Yoga was offered. A job was not. Volunteering is not a job. Work is what he asked for.",
    "Someone in the group chat wrote “Well done Team Alpha”. I left the chat.",
    "Domestic Abuse, Honour-Based Abuse and Forced Marriage are chapters in one binder. Trafficking is in another. Her life was in both.",
    "She said “Allah knows”. He said “God willing”. The chaplain said Amen.",
    "Amnesty International and Liberty both objected to the Illegal Migration Act 2023. Liberty went to court. Refugee Action marched.",
    "Google Translate gave us ‘goat’ for ‘hostel’. DeepL gave us ‘inn’. Laughter helped.",
    "Scots say ‘outwith’. Welsh has ‘cynefin’, which no English word carries. Belonging is near it. Hiraeth is nearer.",
    "Section 3 of the Act, Schedule 4, Annex F, Article 10(2), paragraph 339: I dream in numbers. Numbers are restful.",
    "Confidentiality is promised on page one. Exceptions are on page nine. Honesty would put them together.",
    "Christmas was hard for everyone. New Year was harder. Hogmanay in the hostel was kind.",
    "Psychological Safety (Edmondson, 2018) is on our wall. Edmondson meant teams. Hospitals use it. Hostels should.",
    "From Freire: dialogue. From Herman: safety. From my grandmother: soup.",
    "This week I shadowed a colleague in Newport who has been doing the work for nine years. She drinks her tea black and asks almost "
    "nothing. I counted: four questions in an hour. I ask four in a minute.",
    "The unit on the law in Scotland confused me until I drew it. Police Scotland, Crown Office, Lord Advocate, TARA: who may refer, who may "
    "decide, who may stop. On paper it is a wheel. In the room it is a person in a coat.",
    "Power is the theme of my week. I hold the phone, the travel warrant and the English. French and Arabic were useless to both of us; "
    "Google was worse.",
    "I have been reading Judith Herman alongside the Slavery and Trafficking Survivor Care Standards, and both insist on choice. Choice "
    "without options is theatre. Options cost money.",
    "When the Competent Authority said no, I was angrier than she was. Anger belongs to me; grief belonged to her. Reconsideration is "
    "possible. Judicial Review is possible. Sleep was what she wanted.",
    "Equality, Diversity and Inclusion training at St Mary’s asked us to name our privileges. Mine are a passport, a degree and a Surrey "
    "accent. Accents open doors. Hers closes them.",
    "The Welsh Government’s Anti-Slavery Co-ordinator spoke to our cohort. Wales had one first. Northern Ireland has a strategy; England has "
    "a Commissioner it shares with everyone. Comparison is useful. Competition is not.",
    "Interpreting is its own profession. The Chartered Institute of Linguists has a code. Ours said “she says” all the way through, and I "
    "asked for the first person. First person changes everything.",
    "I notice that I write “we” when I mean “I”. We decided, we felt. No one else decided. Ownership is a small word to learn at forty-six.",
    "LinkedIn is full of survivors’ stories this month. Anti-Slavery Day does that. Awareness is not help. Still, one post by a man in Kent "
    "made our whole office quiet.",
    "Article 4 is absolute. Article 8 is not. That sentence cost me an evening, a pot of coffee and a phone call to a friend at the Law "
    "Centre in Bristol.",
    "Trafficking law began with the Palermo Protocol in 2000. Slavery law began earlier. Wilberforce gets the statue; Equiano wrote the "
    "book. Our module gives them a page each.",
    "Hope sounds like a slogan until someone lends you theirs. Mine was low. Will I stay in this work? Ask me in May.",
    "Conflict with the housing provider went better. Mears had changed its manager. Serco had not. Migrant Help logged the complaint and "
    "gave us a reference, which I have not written here.",
    "Cultural humility, as Tervalon and Murray-García (1998) call it, is a stance. Competence is a certificate. I would rather have the "
    "stance.",
    "A good ending: she chose the café, she chose the day, and she chose not to come. Endings belong to her as well.",
]

# Invented: no person is meant. More than half of them are in no list.
NAMES = """
    Amina Elira Besjana Fatjon Arjeta Thuy Hoài Đức Quynh Ngozi Chiamaka Uzoamaka Oghene Tsehay Biniam Kidane Luwam Mihaela Ionela Crina Ștefan
    Grażyna Łucja Wojtek Małgorzata Rukhsana Shaista Zubeida Xiuying Jianwei Qiaolian Meifeng Siobhán Gethin Morag Kateryna Bohdana Hodan
    Ifrah Ye-jin Jean-Pierre Åsa Eglė Lakshmi Nimali Thandeka Ousmane Aigerim
""".split()
ABOUT_ONE = [
    "I worry about {}.",
    "{} is doing well.",
    "I sat with {} while she cried.",
    "{}’s solicitor rang.",
    "I rang {} twice.",
]
NOBODY = (
    """
    Consent|Silence|Trust|Supervision|Listening|Shame|Hunger|Money|Housing|Safeguarding|Parliament|Counsel|Research|Whistleblowing|Scotland|Northern Ireland
    |Eritrea|Birmingham|Strasbourg|Ramadan|Islam|Vietnamese|Tigrinya|TARA|COPFS|PSNI|Bawso|Kalayaan|Unseen|Shelter|Citizens Advice|Migrant Help|the Home Office
    |the Salvation Army|Hope for Justice|Universal Credit|Section 45|Part 5|Herman|Schön|Gibbs|Kolb|Crenshaw|Bowlby|Maslow|Freire|Judith Herman|Zoom|Right to Rent
    |A.|Mr K|St Mary’s|IMSAs|Tuesday|October|the First-tier Tribunal|WhatsApp
""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)

# Names that are words: what stands around them decides.
PEOPLE = """
    I sat with Hope until noon.
    Hope told me that she was afraid.
    Hope is doing well.
    Grace was crying.
    We found Grace at the gate.
    I thought about Mercy and her son.
    Joy and I took the bus.
    I helped Joy with the form.
    Precious was late.
    Blessing came back.
    I met Faith again.
    Faith’s solicitor rang.
    I went with Patience to court.
    I told Will what I had heard.
    Will said nothing.
    Mark rang me.
    I asked Mark to wait.
    I walked with May.
    I worry about May.
    May told me about the boat.
    I met Rose on the stairs.
    Rose’s bag was gone.
    Sunday Okafor came.
    Sunday told me he would wait.
    I walked with Christian to the bus.
    Her name is Destiny.
""".strip().split("\n    ")
WORDS = """
    Hope is a discipline.
    Hope came slowly.
    I read Hope for Justice first.
    Grace is not mine to give.
    Mercy was asked for and refused.
    Joy is quiet here.
    Precious few of us knew.
    Faith is hers to speak of.
    Patience is a skill.
    Will the police come?
    Will Section 45 help?
    Mark the page.
    I got a good Mark for it.
    May is the hardest month.
    We begin in May and end by June.
    I worry about May’s essay.
    Rose petals were on the step.
    On Sunday I slept.
    Christian charities helped.
    He is Christian.
""".strip().split("\n    ")


@pytest.mark.parametrize(("what", "text"), PLANTED)
def test_what_tells_who_somebody_is_is_found_with_advice(what, text):
    found = look(f"I thought about it for long. {text} It stays with me.", names=["Rosa"])
    assert what in [f.what for f in found], found
    assert all(f.advice.endswith(".") and f.text for f in found)


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_paragraph_is_left_alone(text):
    assert look(text, names=["Rosa"]) == []


def test_there_are_enough_of_both():
    assert len(PLANTED) >= 70 and len(HONEST) >= 100
    assert sum(name.casefold() not in GIVEN for name in NAMES) > len(NAMES) / 2, (
        "a rule finds names, not the list"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_first_name_alone_is_found(name):
    for sentence in ABOUT_ONE:
        assert [(f.what, f.text) for f in look(sentence.format(name))] == [("name", name)], sentence


@pytest.mark.parametrize("word", NOBODY)
def test_what_is_nobody_is_left_alone(word):
    for sentence in ABOUT_ONE:
        said = sentence.format(word)
        assert look(said[0].upper() + said[1:]) == [], sentence


@pytest.mark.parametrize("text", PEOPLE)
def test_a_name_that_is_a_word_is_found_where_a_person_stands(text):
    assert [f.what for f in look(text)] == ["name"]


@pytest.mark.parametrize("text", WORDS)
def test_a_word_that_is_a_name_may_be_a_word(text):
    assert look(text) == []


def test_an_initial_is_what_we_advise():
    assert (
        look("A. told me that she was tired. I rang B. and K, and Mr L wrote. A and I spoke.") == []
    )


def test_whom_the_text_cites_it_may_name_again():
    assert (
        look(
            "Okri (2019) writes of fear. For Okri it is a teacher. So say Lundy and Tanaka (2021); Tanaka says more."
        )
        == []
    )
    assert [f.text for f in look("For Okri it is a teacher.")] == ["Okri"]
    assert (
        look(
            "Rantsev v Cyprus and Russia changed that. Rantsev was decided in 2010. I asked what the Haughey Review said. Haughey said no."
        )
        == []
    )
    assert (
        look("Okello, P. and Brandt, S. (2020) Advocacy after Exit. Bristol: Temple Smith.") == []
    )
    assert [f.text for f in look("Amina (2019) is not an author. I rang Amina.")] == ["Amina"], (
        "a given name is not let through"
    )


def test_each_thing_is_named_once_in_the_order_of_reading():
    found = look("Amina Hassan rang from 07700 900123. I rang Amina Hassan back on 07700 900123.")
    assert [(f.what, f.text) for f in found] == [
        ("name", "Amina Hassan"),
        ("phone", "07700 900123"),
    ]


def test_what_the_unit_itself_names_may_be_named():
    unit = "Invented case. Kwame Mensah works in a warehouse. The Medaille Trust offers a place."
    thought = "I would have asked Kwame Mensah what he wanted, and then the Medaille Trust."
    assert [f.what for f in look(thought)] == ["name"]
    assert look(thought, names=capitalised(unit)) == []


def test_names_suppress_a_first_name_alone():
    assert look("I worry about Kwame. Kwame is tired.", names=["Kwame Mensah"]) == []
    assert (
        look(
            "Kwame’s solicitor rang. kwame said no.",
            names=capitalised("Invented case. Kwame works in a warehouse."),
        )
        == []
    )
    assert look("I rang Medaille twice.", names=["The Medaille Trust"]) == []
    assert look("I rang Dovetail twice. Dovetail was closed.", names=["Dovetail"]) == []


def test_an_institution_or_an_opening_word_excuses_no_person():
    unit = "Will anyone ask? Grace House opened in May. In May the law changed. Hope for Justice helped. Mark each page."
    thought = "I rang {} twice."
    assert [
        look(thought.format(name), names=capitalised(unit)) != []
        for name in ("Will", "Grace", "Hope", "Mark")
    ] == [True] * 4
    assert look("I sat with May.", names=capitalised(unit)) != []
    assert (
        look("I sat with May.", names=capitalised(f"{unit} May told the advocate what she wanted."))
        == []
    )


@pytest.mark.parametrize(
    "odd",
    [
        "",
        None,
        "\0",
        "😀" * 500,
        "A" * 20000,
        "0" * 5000,
        "(" * 5000 + "0" * 50,
        "A a " * 5000,
        "Aa " * 6000,
        "@" * 5000,
        "a.b-" * 5000,
        "1 " * 8000,
        "NRM " * 4000,
        "A" * 100000,
        "A " * 50000,
        "Aa de " * 16000,
        "Hi Amina, " * 10000,
        "Aa and Aa, " * 9000,
        "Aa, A. " * 9000,
        "1/1/11 " * 9000,
        "caseid-" * 9000,
        "07700900123 " * 8000,
        "Support " * 9000,
        "...a" * 9000,
        "“" * 9000,
        "Aa's " * 9000,
        " " * 50000,
    ],
)
def test_odd_text_is_looked_through_calmly(odd):
    assert isinstance(look(odd), list)


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            [
                "Amina",
                "Will",
                "the ",
                "’s ",
                " ",
                ". ",
                "“",
                "St ",
                "3 May ",
                "in ",
                "A.",
                "de ",
                "-",
                "\n",
                "É",
                "\u0301",
            ]
        )
    ).map("".join)
)
def test_any_text_is_looked_through(text):
    for finding in look(text, names=capitalised(text)) + look(text):
        assert finding.text and finding.advice
