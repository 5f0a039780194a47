"""The words the guard knows: what is nobody's name, what mostly is one, and what stands around one. Pure; `courses/privacy_guard/guard.py` reads it.

No list is complete, and none needs to be: a word too few costs the writer one look at a warning.
"""

import re

from .place_words import NATIONS, SEATS, TOWNS, word_set

# Words that make a run of capitals an institution, an Act or a piece of work.
INSTITUTIONS = word_set("""
    academy act action acts adjudicator adviser advisers advocacy advocate advocates agency agreement aid airport alliance army
    arrows article assembly association asylum authority award bank bill board borough bureau campaign care cathedral centre
    chamber charity charter children church circular city clinic coalition code college commission commissioner committee
    communities community conference constabulary convention council county court covenant credit crown cycle declaration
    department directive directorate duty education emergency endorsement enforcement executive express federation force forum
    foundation framework fund gateway government group guardian guardians guardianship guidance health help helpline home hospital
    hostel hotel house housing hub human initiative inquiry inspectorate institute instructions international irish journal
    justice kingdom law league legal library line local mechanism minister ministers ministry mission model module museum national
    nations network office officer ombudsman operation order organisation parish parliament parole partnership police policy press
    prison procedure procedures procurator programme project prosecution protection protocol provision refuge refugee regulations
    report republic review rights safeguarding salvation scale schedule scheme school secretary section secure security senedd
    service services sheriff slavery society standards state statement station statutory strategy support supreme survivor
    survivors team theory toolkit trafficking training treaty triangle tribunal trust union unit university victim victims window
    work working
""")
# After these an “of” leads on to what they are named for.
HEADS = INSTITUTIONS | word_set(
    "bay beacon bishop cape daughters diocese duke earl gulf horn isle isles mount port sisters sons straits"
)
# Before a name these are a verb or a trade, not half of an institution.
VERBS_AND_TRADES = word_set(
    "support help report house order survivor victim advocate adviser officer guardian minister sheriff"
)
# “Clare’s Law”, but “Amina’s Home Office interview”.
NAMED_FOR = word_set(
    "law act aid house hospital centre college school trust foundation project university charity church place refuge fund hub clinic rule meals"
)
# Bodies whose name has a small word in it, so that no run of capitals shows it whole.
BODIES = re.compile(
    r"\b(?:Hope for Justice|Stop the Traffik|House of Lords|House of Commons|Freedom from Torture|Haven of Light|Marks (?:and|&) Spencer|Loch [A-Z][a-z]{2,20}|Ben (?:Nevis|Lomond|Macdui|Lawers)|Arthur[’']s Seat|Hadrian[’']s Wall|Offa[’']s Dyke|Giant[’']s Causeway)\b"
)
# Organisations, brands, days, and words that a course like this one writes large.
ORDINARY = (
    NATIONS
    | TOWNS
    | SEATS
    | word_set("""
    aberlour adult adults aldi android annex appendix appropriate april asda ashiana assistant associate atleu august bae bakhita
    bamber barnardo barnardos barrister basw bawso bodies body boots border borders bsl cabinet cafcass caritas case causeway
    chapter chief child childline citizens clearsprings commons conclusive consent constable contract coordinator costa counsellor
    covid crescent crimestoppers crisis cross cwm december deliveroo deputy detective director eastern ebay ecpat english-speaking
    esol eurojust europol excel exhibit facebook february figure first free freephone friday fridays further galop garda general
    google greggs grounds head heddlu helper hestia hibiscus hmcts hotmail ikea independent inspector instagram interim internet
    interpol interpreter iphone january jobcentre july june junior kalayaan king kooth kurmanji lead leave level lgbt lidl
    linkedin live lived living llywodraeth lords manager march mary's master matron mears medaille member mencap mental microsoft
    migrant migrants mind mitie modern monday mondays moodle morrisons motability msc multi multi-agency nacro negative nightline
    north northern notify november nurse october ofcom ofqual ofsted outlook oxfam page panel paper part paypal pdf peers penguin
    person person-centred pgcert phase positive postgraduate powerpoint praxis prepare prevent primark prince principal professor
    public pursue queen reach-in reasonable red referral reflection reflective relate rescuer respect respondent responder
    responders rightmove routledge rowntree royal saint samaritans santander sarc saturday saturdays seconded senior september
    serco sergeant sex shelter side signal single skills skype snapchat snowdrop social sorani soroptimist soroptimists south
    southern special specialist spotify st stage standard step stonewall sunday sundays superintendent supervisor table taoiseach
    teams telegram term tesco third thursday thursdays tiktok transgress trauma trauma-informed tuesday tuesdays turn2us turnitin
    tutor twitter uber unhcr unicef united universal unseen vicarious vol volume wagtail waitrose web wednesday wednesdays week
    west western wetherspoons whatsapp wi-fi wikipedia windows wizz word worker xbox year youtube zoom zoopla
""")
)
# Those whose books are read on a course like this one, and people of public life.
THINKERS = frozenset(
    """
    aaron beck|abraham maslow|albert biderman|angela davis|audre lorde|babette rothschild|bell hooks|bessel van der kolk|
    boris johnson|brené brown|carl rogers|carol dweck|carol gilligan|charles figley|chris argyris|chris johns|david kolb|
    desmond tutu|donald schon|donald schön|donald winnicott|edward said|emmeline pankhurst|eric berne|erving goffman|evan stark|
    frantz fanon|frederick douglass|gabor maté|gary rolfe|gayatri spivak|gerard egan|gillian rolfe|gordon brown|graham gibbs|
    hannah arendt|immanuel kant|isabel menzies lyth|jack mezirow|joan tronto|john bowlby|john driscoll|john rawls|
    john stuart mill|josephine bakhita|judith herman|karl marx|keir starmer|kevin bales|kimberle crenshaw|kimberlé crenshaw|
    laura van dernoot lipsky|laurence spicer|mary ainsworth|maya angelou|melanie klein|michael lipsky|michel foucault|
    nel noddings|nelson mandela|olaudah equiano|parker palmer|patricia hill collins|paulo freire|peter levine|pierre bourdieu|
    priti patel|rishi sunak|rosa parks|sherry arnstein|stephen brookfield|stephen karpman|stephen porges|suella braverman|
    theresa may|toni morrison|tony blair|urie bronfenbrenner|virginia held|warsan shire|william wilberforce
""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)
SCHOLARS = word_set("""
    ainsworth arendt argyris aristotle arnstein bakhtin bandura baumeister beauchamp bentham biderman bion boud bourdieu bowlby
    braverman bronfenbrenner brookfield childress crenshaw dewey diclemente driscoll durkheim egan equiano erikson fanon figley
    foucault freire freud freudian gibbs gilligan goffman hegel herman hippocrates hooks johari jung kadushin kant kantian karpman
    kohlberg kolb kolk kubler-ross kübler-ross lewin likert lipsky lorde lyth mandela maslow mearns mehrabian mezirow munro
    nightingale noddings pankhurst piaget plato porges prochaska rawls rogers rolfe rothschild rousseau saleebey samaritan schoen
    schon schön seligman shohet skinner socrates socratic spivak starmer tronto tuckman vygotsky weber wilberforce winnicott
    wittgenstein wollstonecraft yalom
""")
# How a sentence may begin; such a word is not half of a name.
OPENERS = word_set("""
    a about above according across add after again against agree aim all allow allowed almost already alright also although always
    am an and another answer any anybody anyone anything apart apply are aren't around as aside ask asked at avoid away back be
    because become been before began begin behind being believe below beneath beside besides best better between beyond book both
    bring build but by bye call came can can't cannot cases catch challenge change check choose chose clear colleagues collect
    come complete connect consider could couldn't create deal dear decide define describe despite develop did didn't discuss do
    does doesn't don't done down draw drive due during each earlier eat eight either eleven else end enough enter even eventually
    ever every everybody everyone everything except explain explore face felt few fifteen fight finally find first five focus
    follow for found four from further gave get give given go good goodbye got great had hadn't half hardly has hasn't have having
    he he'd he'll he's hear heard hello hence her here here's hers herself hey hi him himself his hiya hm hold how however hundred
    i i'd i'll i'm i've identify if imagine improve in include indeed inside instead into is isn't it it'd it'll it's its itself
    just keep kept kind knew know last lastly late later lead learn learned learnt least leave left less lessen lest let let's
    like likewise listen listening little long look looking lost lots made make many maybe me meanwhile meet men met might million
    mine more moreover most move much must my myself near nearly need neither never nevertheless new next nine no nobody none
    nonetheless nor not note nothing notwithstanding now nowhere of off offer often oh ok okay old on once one ones only onto open
    or other others otherwise our ours ourselves out outside over overall own past pause people per perhaps plan please plus point
    put quite rather read reading real recognise refer reflect reflecting regarding remember repeat respond return right ring said
    same sat save saw say second secondly see seek seldom send sent set seven several shall share she she'd she'll she's should
    shouldn't show simply since six slow so some somebody somehow someone something sometimes somewhere soon sorry speak spend
    spent stand start stay step still stood stop study such take taken talk teach tell ten than thank thanks that that's the their
    theirs them themselves then there there's therefore these they they'd they'll they're they've think thinking third thirdly
    thirty this those though thought thousand three through throughout thus till to today together told tomorrow tonight too took
    towards treat tried try turn twelve twenty twice two under underneath understand understood unless unlike until unto up upon
    us use usually very via wait walk want was wasn't watch we we'd we'll we're we've welcome well went were weren't what what's
    whatever when whenever where where's whereas wherever whether which whichever while who who's whoever whole whom whose why
    will with within without women won't worked worse worst would wouldn't write wrote yeah yes yesterday yet you you'd you'll
    you're you've your yours yourself yourselves
""")
# Common nouns and adjectives that begin a sentence without “the”, or stand in titles. Endings such as -ing and -ness are a rule
# in privacy_guard/guard.py and are not repeated here.
NOUNS = (
    word_set("""
    abuse abuser access accident account actor address advantage adverse advice afraid aftercare aftermath afternoon age agenda
    agriculture ahead airline alarm alcohol alert ally alone alongside ambient amen analysis anarchy anchor anecdote anger anguish
    anniversary anxiety anywhere apathy app approach architecture art ashamed asleep aspect assault asset asthma atmosphere attack
    audit aunt author autumn awake aware baby background bad bag bail bailiff ball ballot banter bar bare barristers based basis
    basketball battle beach bed beer beforehand behalf behaviour belief bell benefit bias bipolar birth bitter blackmail blame
    blank bliss blog blood blue bluetooth boat bolam bored boss boundary box boy brain brave bravery breach bread break breakdown
    breakfast breath bribery bridge brief broken brother brown budget bundle burden burglary burnout bus buyer bystander cab café
    caldicott calendar calm campus cancer candour cannabis car card career carer caseload caseworker cash category catharsis cause
    cell cellmate century ceremony certain certificate chain chair channel chaos chaplain charge chart cheap cheese chemistry
    chemotherapy chest chicken childcare chocolate choice chowdury circle citizen civil claim class classmate classroom cleaner
    clergy clerk clever client climate clock clothes club coach coal coast coat cocaine coercion coffee cold colleague colour
    column combat comedy command commentary commerce common company comparison complainer complaint complex compound compromise
    computer concept concern concrete conflict congress constant consultant consumer contact content context control convenient
    cook core coroner corridor cost cotton counsel country courage courtroom cousin cover crack crew cricket crime criteria
    critique cue culture cup current curriculum curse custody customs dad dance danger dark data date daughter day deadline deaf
    death debate debris debt deceit deep default deficit degree delay delivery demand dementia depth design desire desk desktop
    despair detail detainee device diabetes diagram dialogue diary dictionary diesel diet different dilemma dinner dirt disaster
    disbelief discipline disclosure discount discourse discovery discretionary disease disgust disorder dispute dissent distress
    district distrust diverse divorce doctor dog donor door doubt dr draft drama dread dream dress drink driver drug dry dual
    duluth duress dusk dust ear earth earthquake ease east echo economy effect effort egg ego elder elsewhere email embassy
    empathy emphasis employer empty energy engine entire entry envy epilepsy epilogue equal era error escape essay estate euphoria
    event everyday everywhere evil exact exam examiner example excellent exchange exercise exile exit exodus expert expertise
    explicit exploiter exposure extent extra eye fact factor factory faculty failure fair fake false familiar famine fan fantasy
    farewell farm farmer fashion fast fatal fate father fatigue fault favourite fear feature fee feet female fever field file film
    final fire firm fish flat flatmate flood floor flow flower flu fog follow-up food football foreign forest forever form formula
    fortune foster fraud fresh friend front fruit fuel full fun funny furniture fury future gain game gang gangmaster gap garden
    gate gay gaze gender genocide gentle genuine gillick girl glad glass glossary goal gold golf gossip governor graduate grammar
    grandfather grandmother graph greed green grenfell grey grid grief ground growth guess guest guide guideline guilt guilty guy
    habit hair hairdresser hall hand handbook handover happy hard hardware harm harsh haste hate headline headway healthcare heart
    heat heaven heavy hell heroin hidden hierarchy high highest hillsborough hiraeth history holiday holocaust homophobia honest
    honesty host hot hour housemate huge humour hunger hurry hurt husband hygiene hysteria ice icebreaker idea ideal ill image
    immigrant immune impact impasse implicit impostor imprint inbox income index indoor industry inertia infant info informed
    infrastructure injury inmate inner innocent input inquest insomnia instinct insult intake intellect intent interest intern
    interview intro iron irony issue jacket jail jargon jazz jealousy jewellery job joint joke journey judge jury keen kettle key
    keynote kid kitchen knife knowledge lab labour lack ladder lake lame land landlord landscape language laptop latest laughter
    lawyer lay layer layout leaders leaflet learner leather lecture leg lens lesson letter liberty lie life lifeline lifestyle
    limbo limit link liquid list literature litter load loan lobby lone longer loose loss lot loud love low loyalty luck luggage
    lunch lust machine macpherson mad madam magistrate mail main maintain malaria male malice man mandate mandatory manifesto
    manner map marijuana market marriage mask mass maths matter maximum meal mean measure meat media medicine medium memory
    menopause mentor menu merton message metal metaphor method migraine mild mile milk mindset minimum minor minute mirror
    misogyny miss mist mistake mistrust misuse mixed mobile mode modesty monarchy money monitor montgomery month mood moral morale
    mother mouth mr ms mud mum murder mute mx mystery myth naked name nanny narrow nature nausea neat neglect neighbour nerve net
    news newsletter newspaper nexus nice noise noon norm nostalgia notice nowadays number nursery oath object ocean odd offender
    oil online onlooker onus oral ordinary origin outcome outline outrage outreach overview owner pace pack package paid pain
    paint pale paradox paragraph paralysis paranoia pardon parent participant partner passport pastor path patient patriarchy
    pattern pay pedagogy peer penalty percent perfect period permanent permit perpetrator petrol philosophy phobia phone photo
    phrase picture piece pilot pimp place plain player plea pleasure plenary poem poet poetry poison polite poor popular porn
    portfolio portrait post poverty power practice prayer pregnant prejudice premise premium preparatory president pressure pretty
    price pride priest primary prime principle print prior prisoner private privilege prize pro problem process product profile
    profit progress prompt proof propaganda proper property prosecutor proud province proxy psalm psychosis puberty punter pupil
    pure purpose quarter queue quick quiet quote race radio rage rain rantsev rape rapid rapport rare rate raw reach reader ready
    reason recall receipt recipe record recorder recovery recruiter referee referendum reflector reflex reform regime region
    register registrar regret regular release relevant relief religion remain remand remedy remorse remote rent repair request
    research reserve resident resit resource respite rest restaurant restore result retail retreat revenge revenue rhythm rice
    rich rigid rigour ripe ripple risk river road robbery role role-play room roommate root rota rough round routine rubbish rude
    rugby rule rumour rush sad safe safety salary sale salt sample sanctuary sarcasm satire scam scapegoat scar scary scene
    schizophrenia scope score scripts scrutiny sea search season seat secondary secrecy secret sector self seller seminar sense
    separate series server severe shadow shame shape sharp sheer sheet shift shiny shock shoe shop short shoulder shower sick
    signature signpost silent siliadin silver simple sister site size skill sky slave sleep slide slim slogan small smoke smuggler
    snapshot snow soap soft software soil solace sole solicitor solid son song sore sorrow soul sound soup source space spare
    species speech speed spirit splash sport spot spouse spread spreadsheet staff stairs stamp star status steel steep stereotype
    stern sticky stiff stigma stock stone storage storm story strain stranger stream street strength stress stretch strict strike
    strong structure struggle student studio stuff stupid style sub subject subtle sudden sufficient sugar suicide summary summer
    sun super supper sure surface surgery surprise survey suspect suspicion sweat sweet swift switch symbol sympathy symptom
    syndrome system tact takeaway talent tall tame tape target task tax taxi tea teacher teammate tears technique teeth telephone
    temperature template tempo temporary tenant tender tennis tense tenure territory terror test testimony text theft therapy
    thesis thick thin thorough thread threat threshold throat ticket tidy timber tiny tip tired title tobacco token tone tool
    toolbox torture total touch tough tour town trace track trade trafficker train trainee trainer transfer transit translate
    translator transphobia transport trap travel treason treasury tree trend trial trigger trip triple trouble truce true truth
    turmoil twin twofold ugly uncertainty uncle unease unhappy uniform unique unison unknown unpack unpaid unsafe unwell update
    urban urgent user usher usual vague valid valley value vast verdict video view vigil village viral virtue visa visit visitor
    vital vivid vocabulary vodka voice voluntary volunteer vote vow wage waiter wall war warfare warm warmth waste water way weak
    wealth weapon weather webcam webinar weed weekend weird welfare well-being wet wheel whisper whistle white wide wife wild win
    wind windrush wine winter wise wish woman wonder wood wool workbook workforce workload workplace workshop world worldview
    worry worth worthy wound writer wrong xenophobia yoga young youth zambrano zero
""")
    | INSTITUTIONS
)
# Given names, and some family names, that are common among those who come to such services. None stands for anybody.
GIVEN = word_set("""
    abdi abdul abdullah abdullahi abeba abebe abel abena abigail abraham abrehet abubakar adaeze adam adama adanna adebayo adel
    adela adele ademola adil adrian adriana afia agata agim agnes agnieszka ahmad ahmadi ahmed aida aileen aisha aishat ajay akash
    akosua akua alasdair alban alberta alem alemu alex alexander alexandra alexandru alfred alhaji alice alicja alina alisha
    alison amaka amal amanda amara amare ameena amina aminata amira amit amy ana anastasia andreea andrei andrew andrzej angela
    angharad anh anil anita anjali ann anna anne annie anthony anwar aoife arben arber ardit aregawi arian arif arifa armando arta
    artan arthur asha ashraf asif aster awet ayaan ayesha aylin ayo ayodele azeez aziz aziza azra babatunde bahar bao barbara
    barbora bardhyl bashir basia beata beatrice beatrix behar bekim benjamin berhane berhe bernard besart bethany betty beverly
    bilal bilqis biniam birhan bisi blerim blerina bogdan boris brandusa brian bridget bujar bukola bushra callum camelia cameron
    carl carlos caroline carys caterina catherine catriona cecilia celestine channary chantal charlotte chen cheng chi chiamaka
    chiara chidi chidinma chika chimamanda chinedu chinonso chinwe chinyere chioma chloe chris christina christine christopher
    cian ciara ciprian claire clara clarence claudia clement clive colin constantin costel cristian cristiana cristina dafydd
    dagmawi daiva daniel daniela danuta danylo daria darius daud dave david dawit deborah denis denisa derek desta dhurata diana
    dieu dina dinh doina dolores dominic dominik donika donjeta donnacha dorin doris dorota dorothy drita dritan duc duong ebele
    ebony edith edmond edona eduard edward efe efosa ehsan eileen eilidh eirini eirlys ekaterina ekene elaine eleanor elena eleni
    elham elias elif elijah elira elizabeth ella ellen elona elsa elton elvira emeka emilia emiliano emily emma emmanuel emyr
    endrit enkeleda enver ephrem erblin ergys erik erion erjon ermal ermias ernest esi esmeralda esohe esther eugenia eunice eva
    evelyn ewa eyob ezekiel fadi faduma fadumo fahad faisal farah faraz farhan farida farooq farzana fatima fatimah fatime fatma
    fatmata fatmir fatou fatoumata fatuma femi feng fergus ffion filip filmon fiona fitsum flaka florin florina folake folasade
    fred freda frederic frederick freweini funmi funmilayo gabriel gabriela gabriella ganna gareth gary gavin gemma george
    georgina geraint gerald gergana gethin gezim gheorghe ghulam giang gideon gillian giorgi gjergj godwin goitom gordon gosia
    graham grazyna gregory grzegorz guang gulnaz guoqiang gwen gwyneth habib habiba habtom hadiza hafsa haile halima halyna hamed
    hamid hamida hamish hamza hanh hanna hannah haojie haroon harriet harry hasan hassan hassina helen helena henrieta henry hiba
    hien hieu hilary hina hiwot hoa hoai hoang howard huda hugh humaira huong hussain hussein huyen iain ian ibrahim idris idrissa
    ife ifeanyi ifeoma igor ikram ileana ilie ilinca ilir imran ines ingrid ioana ion ionela ionut iqbal iqra irena irene irina
    iryna isaac isabel isabella isaias ismail ivan ivana iwona jacek jack jacob jacqueline jadwiga jahid jakub jamal james jamila
    jana jane janet janina janusz jared jasmine jason javed jean jelena jennifer jenny jeremy jerzy jessica jetmir jianguo jiaying
    jibril joan joana joanna joanne john jonas jonathan jones jose josef joseph josephine joshua josip joyce juan juanita judith
    julia julian julie julita junaid justyna kadiatou kalkidan kamal kamil kamila karen karim karima karina karolina kasia
    katarina katarzyna kate kateryna katherine kathleen kathryn katie kebede kebret keisha kelechi kelly kemi kenneth kerry kevin
    khadija khadra khaled khalid khalida khang khanh kidane kidest kidist kieran kimberly kinga kofi kojo konstantin kristina
    krisztina krystyna krzysztof kujtim kumar kwabena kwaku kwame kwasi kwesi kyle lakshmi lam lamin lan larisa laszlo latifa
    laura lauren laurence lavinia layla lech leila lena leon leonora leszek letebrhan leticia leyla liam liana lidia lien lihua
    lilian liliana lina linda lindita ling linh liping liridona lirim lisa liu liviu ljubica loredana louis louise luan lubna luca
    lucia lucy ludmila luis lukas lukasz luljeta lyudmila maciej madalina maddalena mahmood mahmoud mahmud mai maimuna majed majid
    malak malgorzata malik mandeep manjola mansour manuel marcel marcin marek margaret margarita maria mariam mariama marian
    mariana marie marija marilena marina mario marius marjana marlene marta martha martin martyna mary maryam maryan matei mateo
    mateusz matilda matthew maureen max mbali mebrahtu medhanie megan mehari mehdi mehmet mei meifeng meihua meiling melanie
    melissa memunatu merhawi meron meskerem michael michal michelle miguel mihaela mihai mike milena mimoza minh mirel mirela
    miriam mirjeta mirza misrak mohamad mohamed mohammad mohammed mohamud moira molly monica monika morag moses mubarak muhammad
    muhammed muna murat muriel mustafa nabil nadeem nadia nadine naeem nahid naima najib nancy naomi nasir nasra nasreen nasrin
    natalia nataliya natasha nathan naveed nazia neema neha nelly nerys ngan nghia ngoc ngozi nguyen nhung niamh nicholas nicola
    nicolae nicole nicoleta nigel nikola nikolai nina nisha njideka nkechi nnamdi nneka noah noor nora nosa nour nuno nura nurul
    oana obinna oisin oksana ola olayinka oleg oleksandr olena olga olha olivia olumide olusegun oluwaseun oluwatobi omar omid
    omolara omotola onyeka orhan osagie osama osaretin osas osman owen oyin pablo palwasha pamela paolo parveen parwana patel
    patricia patrick patryk paul paula paulina pauline pavel pawel pedro penelope peter petra petrit petru pham phan philip phoebe
    phong phuc phung phuong phyllis piotr polly prakash pranvera priya przemyslaw qasim quan quang quynh rabia rachel radu rafiq
    rafiqul raheem rahel rahim rahma rahul raj rajesh raluca ramadani ramona rana rania ranjit rasa rashed rashid rebecca reem
    rekha renata renuka reza rhian rhys ricardo richard rita robert roberta roberto robyn roksana romana ronald rosemary rosie
    roxana roza rozafa rukhsana rukia ruslan ruta rute ruth ryan saad saba sabina sabrina sadia sadiq saeed safia safiya sahar
    saida saiful sajid sajida salah saleh sally salma salman salome sam samantha samer samir samira samson samuel sana sandra
    sandu sanjay sara sarah sayed seamus sean sebastian seble sekou selam selamawit selma semere semhar senait seun shabana
    shabnam shafiq shah shahid shahida shakira shamim sharon shazia shehu shirin shkelqim shpresa shreya sian sibel silvia simegn
    simon simona sinead siobhan sipho slawomir sokol solomon somchai sonia sorin soufiane spresa stanislav stefan stefania stella
    stephanie stephen steve steven stuart sufyan sulaiman suleiman sultan sultana sunita suresh susan suzanne svetlana svitlana
    sylvia szymon tadesse tahir tahira taiwo tam tamara tamba tamsin tania taras tariq tasnim tatiana tatjana teame tekle temesgen
    temitope teodora terence teresa thabo thandiwe thanh thao thea theodora theresa thi thomas thu thuy tiago tien tigist timothy
    titilayo tobi tomas tomasz tony tope tracy tran trang trinh truong tsegay tsehay tuan tunde tuyen tuyet uche udo ugo ugochi
    uloma umar ursula urszula usha usman uyen uzma valbona valentin valentina valeria valmira vanessa vasile vasilica vera
    veronica veronika vesna victor viktor viktoria vimala viorel viorica visar vjosa vlad vladimir volodymyr vu vusi vy wahid
    waleed walid wanda wang wanjiru waqar wei weiming wendy wioletta wojciech wojtek xhevdet xiao xiaoling xin xiu xiulan xiuying
    xuan yaa yahya yan yana yang yanling yared yasin yasmin yasmina yaw yemi yetunde yewande yodit yohannes yolanda yonas yosef
    yousef youssef yuki yulia yuliya yun yurii yusuf zahid zahida zahra zainab zanele zara zaynab zbigniew zehra zeinab zemfira
    zenebech zeynep zhang zhao zheng zhou ziad zineb zoe zofia zoltan zsofia zsuzsanna zubair zubeida zuhra zuzanna
""")
# Those of them that are also words, or too short to be sure of in small letters.
UNSURE = word_set("""
    adam alex alexander amal ana ann anna anne arta asha aster bao chen chi chiara christopher clement clive colin derek dina
    dominic efe emmanuel eva ewa feng gabriel george gordon graham harry hilary hoa howard ian ion jack james jane jasmine jean
    john jones kate kelly kyle lam lan laurence lena lien ling lisa liu luan luca mai malik marina martin max mei mike nancy noor
    nour olga owen patrick paul peter raj rana richard rita robert rosemary ruth samson samuel sana sara selam selma sian simon
    solomon sonia stella stuart sultan sultana tam thea thi thomas tien tobi tope tracy tran usha vera victor vu vy wang wei wendy
    xin yan yang yaw yun zara zoe
""")
# Names that are words too. With a capital in mid-sentence they are names; at the beginning only when they do what only people do.
WORD_NAMES = word_set("""
    amber angel basil beauty bella blessing bob charity comfort constance crystal daisy dawn dean destiny drew endurance eve faith
    favour felicity frank gene gift gloria glory goodluck grace grant harmony hazel heather holly honour hope iris ivy jade jewel
    joy lily loveth lucky mark marvellous melody mercy miles miracle nick olive pat patience peace pearl poppy praise precious
    princess promise prosper prudence ray rejoice rob robin rose rowan ruby sandy success sue sunny trinity verity victory violet
    will wisdom
""")
# Those that hardly ever begin a sentence as words.
RATHER_NAMES = word_set("""
    amber basil bella blessing bob constance crystal daisy felicity gloria goodluck hazel heather holly iris ivy jade lily loveth
    nick olive pearl poppy precious princess prosper robin rowan ruby sandy verity violet
""")
# Months, days, places and faiths that are also names: people only after “with”, “told” … or before a verb of people.
BOTH = word_set("""
    april august austin chelsea christian florence friday georgia greta jan jordan june lourdes may milan monday sofia sunday tara
    victoria
""")
# Words that parents choose as names, in West and southern Africa above all: people only where a person stands, as with BOTH.
LENT = word_set("""
    beloved blessed bright brilliant chastity confidence delight desire divine duke fortune freedom genius gladness glorious goodness great happiness
    happy innocent justice king loveness marvelous memory perfect pretty prince progress prosperity providence queen respect shine silver sweet talent
    testimony treasure truth wealth welcome wonder wonderful
""")
# Written large throughout, these are bodies; “Greta” is a woman.
ACRONYMS = word_set("ALAN DAN ELSA ERIC EVA GRETA IRIS MARIA ROSA SARA TARA")

# ---- what stands around a name ----

SAID = "|".join(
    sorted(
        word_set("""
    admitted agreed answered apologised asked asks begged confided cried cries described disclosed emailed explained giggled
    hugged insisted knew knows laughed messaged nodded phoned rang refused replied said sat says screamed shouted shrugged sighed
    slept smiled sobbed stared tells texted thanked thinks thought told trembled wanted wants wept whispered wrote
""")
    )
)
FELT = "|".join(
    sorted(
        word_set("""
    appeared arrived arrives ate became believed believes brings brought called calls came cared cares chooses chose comes decided
    disappeared feared fears feels felt found gave gets gives goes got grew hated hates heard hears helped helps hoped hopes keeps
    kept learned learnt leaves left liked likes lived lives looked looks lost loved loves made makes meets met missed misses moved
    needed needs ran remembered remembers returned saw seemed seems sees showed shows signed sleeps sounded sounds speaks spoke
    started stayed stays stood stopped takes talked talks took tried tries trusted trusts turned understands understood waited
    waits walked went worked works worried worries
""")
    )
)
BEING = "(?:is|was|has|had|does|did|can|could|would|will)(?:n['’]t)?|can['’]t|cannot|won['’]t"
ROLES = "|".join(
    word_set("""
    boy brother caseworker child client colleague dad daughter father friend girl interpreter man manager mother mum nurse refugee
    sister solicitor son supervisor survivor teenager tutor victim woman worker
""")
)
# Those one works with: their names tell a reader where, and take other advice.
PROFESSIONS = "|".join(
    [
        *word_set("""
    advocate assessor boss caseworker coach colleague counsellor deputy director doctor employer gp headteacher interpreter keyworker lawyer lecturer manager
    mentor midwife nurse officer receptionist solicitor supervisor teacher therapist trainer translator tutor
"""),
        "GP",
        "social worker",
        "support worker",
        "health visitor",
        "team leader",
        "police officer",
        "key worker",
        "co-worker",
    ]
)
SUFFERED = "|".join(
    sorted(
        word_set("""
    afraid angry anxious arrested beaten born brought crying detained doing exhausted exploited forced frightened from happy
    homeless hungry ill living missing moved pregnant raped referred released rescued scared sleeping sold staying struggling
    terrified threatened tired told trafficked unwell upset waiting worried
""")
        | {"asked(?! for)", "in hospital", "in tears"}
    )
)

# What only people do: after “Hope” or “Will” it takes one of these. After a word that no list knows, being is enough.
ADVERB = r"(?:[ ](?:also|then|never|always|just|only|still|finally|now|once|first|later|often|even|already|soon|both|[a-z]{3,15}ly)){0,2}"
ASIDE = (
    rf",[ ](?:(?:my|our|an?|the|her|his|one of my)[ ](?:[a-z]{{1,20}}[ ]){{0,2}}(?:{ROLES})\b|who\b|whose\b|(?:aged[ ])?\d\d?\b)"
    r"|[ ]\((?:aged?[ ])?\d\d?\)"
)
HERS = re.compile(r"['’]s?[ ](?!(?:an?|the|not|no|just|how|what|why|where)\b)[a-z]")
ONLY_PEOPLE = re.compile(
    rf"['’]s?[ ](?:{ROLES})\b|{ASIDE}|[ ]and[ ](?:I|me)\b|{ADVERB}[ ](?:{SAID})\b"
    rf"|(?:{ADVERB}[ ](?:is|was)|['’]s)(?:[ ](?:not|so|very|too))?{ADVERB}[ ](?:(?:{SUFFERED})\b|\d|an?[ ](?:[a-z]{{1,20}}[ ])?(?:{ROLES})\b)"
    rf"|{ADVERB}[ ](?:has|had){ADVERB}(?:[ ]been)?[ ](?:{SUFFERED}|{SAID})\b"
)
# The same in any case of letters.
ONLY_PEOPLE_TELL = re.compile(
    rf"['’]s?[ ](?:{ROLES}|{PROFESSIONS})\b|{ADVERB}[ ](?:told|rang|phoned|texted|cried|sobbed|smiled|nodded|whispered|shrugged|wept|admitted|confided|disclosed|messaged|asked|said)\b"
    rf"(?:[ ](?:me|us|him|her|them|that|she|he|I|nothing|again|yesterday|today|and|about|for|to|no|yes|twice)\b|[.,;!?…]|$)|{ADVERB}[ ]was[ ](?:crying|afraid|scared)\b",
    re.I,
)
PEOPLE = re.compile(
    rf"['’]s?[ ]\w|{ASIDE}|,[ ](?:please|thank you|are you|how are|I(?: am|['’]m) sorry)\b|[ ]and[ ](?:I|me|we|her|his|my)\b"
    rf"|{ADVERB}[ ](?:{BEING}|{SAID}|{FELT})\b"
)
ONE = re.compile(
    rf"['’]s?[ ]\w|{ADVERB}[ ](?:is|was|has|does)(?:n['’]t)?\b|,[ ](?:my|our)\b|[ ]and[ ]I\b"
)
# A word in small letters, or a day, is a person only here: “met grace on …”, never “with grace”, “asked mercy of”.
MET = re.compile(
    r"\b(?:(?:I|we|he|she|they|who|you|and|then|also|just|never|to|had|have|has|been|ve|d|can|will|not|n['’]t)[ ]|^[^\w]{0,3})"
    r"(?:met|told|asked|rang|phoned|texted|visited|hugged|thanked|supported|helped|emailed|messaged|spoke (?:to|with)|talked (?:to|with)|interviewed)[ ]$",
    re.I,
)
ONSET = re.compile(
    rf"(?:^\W{{0,3}}|[,;:][ ]|\b(?:my|our)[ ](?:{ROLES})[ ]|\b(?:and|but|then|when|because|that|if|while|as|before|after|so|today|yesterday)[ ])$",
    re.I,
)
OF_MYSELF = re.compile(
    r"\b(?:I|we)(?:[ ](?:was|am|were|are|felt|felt like|feel like|have been|had been)|['’]m)(?:[ ](?:often|always|usually))?[ ]$",
    re.I,
)
ROYAL = word_set(
    "charles william harry andrew philip edward george albert camilla elizabeth anne catherine of"
)
HEADING_LINKS = word_set(
    "a about after and as at before between by for from how in into is it my nor of on or our the their this to under v vs what when where with"
)
# “With May” is company, “in May” a month.
BESIDE = re.compile(
    r"\b(?:with|beside|told|asked|rang|phoned|texted|met|helped|supported|visited|hugged|thanked|worr(?:y|ied) about|dear|hi|hello)[ ]$",
    re.I,
)
ENDED = re.compile(
    r"(?=[.,;!?”)]|$)|[ ](?:and|to|for|at|in|on|about|again|while|when|who|yesterday|today|this|last|twice|because|how|what|that|if)\b",
    re.I,
)
# What stands before a thing, a place or a title, and seldom before a person.
DETERMINED = re.compile(
    r"\b(?:the|an?|this|these|those|each|every|some|any|no|another|our|their|its|your|my|his|her)[ ]"
    r"(?:(?:new|old|local|same|current|whole|national|own|usual|first|second|third|next|last|previous|other|recent|final|full|good|bad|great|high|low|so-called)[ ])?[“\"‘']?$",
    re.I,
)
WHERE = re.compile(
    r"\b(\w{1,20})?[ ]?\b(?:in|near|outside|across|via|at)[ ]$"
    r"|\b(?:moved?|moving|travel\w{0,5}|went|go|going|drove|came|train|bus|flew|flight|dispersed|relocated|rehoused)[ ](?:[a-z]{1,20}[ ])?(?:to|from)[ ]$",
    re.I,
)
TRUSTED_IN = frozenset(
    "trust trusted confidence faith belief believe believed interest interested change changed difference see saw seen look looked looking smile smiled shout "
    "shouted angry glanced annoyed laughed laughing".split()
)
OF_NOTE = re.compile(
    r"\b(?:St\.?|Saint|Lord|Lady|Baroness|King|Queen|Prince|Sir|Dame|Pope|v\.?|vs\.?)[ ]+$"
)
OF_WHICH = re.compile(r"\b([A-Z]\w{1,20})[ ]of[ ](?:the[ ])?$")
MONTHLY = re.compile(
    r"\b(?:in|on|since|last|this|next|every|of|by|until|from|during|early|late|mid|before|after|\d{1,2})[ -]+$",
    re.I,
)
