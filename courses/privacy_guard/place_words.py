"""Words of places and of peoples, as the guard knows them: read as data."""


def word_set(text):
    return frozenset(text.split())


# Nations, peoples, tongues and faiths.
NATIONS = word_set("""
    advent afghan afghanistan africa african africans alba albania albanian albanians algeria algerian allah america american
    americans anglican angola angolan apostolic arab arabic arabs asia asian atheist australia australian austria austrian bangla
    bangladesh bangladeshi baptist belarus belarusian belgian belgium bengali bible biblical bolivia bosnia bosnian brazil
    brazilian brexit britain british briton britons buddhist bulgaria bulgarian burma burmese cambodia cambodian cameroon
    cameroonian canada canadian cantonese caribbean catalan catholic catholics chad chile china chinese christianity christians
    christmas church colombia colombian commonwealth congo congolese cornish croatia croatian cuba cymraeg cymru cypriot cyprus
    czech czechia danish dari denmark diwali dutch easter ecuador egypt egyptian eid england english eritrea eritrean eritreans
    estonia estonian ethiopia ethiopian eu europe european europeans farsi filipina filipino finland finnish france french gaelic
    gambia gambian georgian german germany ghana ghanaian god gospel great greece greek guinea gurkha gurkhas gypsy hausa hebrew
    hindi hindu hindus holland hungarian hungary iceland igbo india indian indians indonesia indonesian iran iranian iraq iraqi
    ireland irish islam islamic israel israeli italian italy ivory jain jamaica jamaican japan japanese jesus jew jewish jews
    judaism juju kenya kenyan koran korea korean kosovan kosovo kurd kurdish kurdistan kurds kuwait kuwaiti kyrgyz lady lanka
    latin latvia latvian lebanese lebanon lent libya libyan lingala lithuania lithuanian lord macedonia malawi malawian malay
    malaysia mali malta maltese mandarin manx mauritius methodist mexico moldova moldovan mongolia mongolian mormon moroccan
    morocco mozambique muslim muslims myanmar nam namibia nepal nepalese nepali netherlands niger nigeria nigerian nigerians
    norway norwegian oromo orthodox pakistan pakistani palestine palestinian paris pashto passover pentecost pentecostal persian
    peru peruvian philippines pidgin poland pole polish portugal portuguese presbyterian protestant prydain punjabi qatar quaker
    quakers quran ramadan roma romani romania romanian romanians russia russian rwanda rwandan saesneg sahara saudi scandinavia
    scotland scots scottish senegal senegalese serbia serbian shia shona sikh sikhs sinhala slavic slovak slovakia slovenia
    slovenian somali somalia somaliland spain spanish sri sudan sudanese sunni swahili sweden swedish swiss switzerland sylheti
    syria syrian syrians tagalog taiwan tajik tamil tanzania tanzanian thai thailand tibet tibetan tigrinya timor togo traveller
    travellers trinidad tunisia turk turkey turkish turks twi uganda ugandan uk ukraine ukrainian ukrainians ulster urdu usa uzbek
    venezuela viet vietnam vietnamese wales welsh yemen yemeni yoruba zambia zambian zimbabwe zimbabwean zulu
""")
# Towns and counties: with a day they can point to one person; alone they are nobody's name.
TOWNS = word_set("""
    aberdeen abertawe aberystwyth accra aldershot anglesey antrim armagh asmara ayr ayrshire bangor barnet barnsley basildon basra
    bedford belfast benin berwick birkenhead birmingham blackburn blackpool bolton bootle boston bournemouth bradford brent
    brentford bridgend brighton bristol brixton bromley bucharest burnley caerdydd caernarfon caerphilly caithness calais camden
    canterbury cardiff carlisle cheltenham chester chesterfield clacton clyde clydebank colchester colindale colnbrook cornwall
    coventry crawley crewe croydon cumbernauld cumbria dagenham darlington derby derbyshire derry devon doncaster dorking dorset
    dover dublin dudley dumfries dundee dunfermline dungavel dunkirk durham ealing eastbourne edinburgh edo enfield enniskillen
    epping essex exeter falkirk fermanagh fife folkestone galashiels gateshead gatwick glasgow gloucester gloucestershire
    godalming grangemouth gravesend greenock greenwich grimsby guildford gwent gwynedd hackney halifax hampshire hanoi haringey
    harlow harmondsworth harrogate harrow harwich hastings heathrow hereford hertfordshire highlands hillingdon holyhead hounslow
    huddersfield hull inverness ipswich islington kabul kent kettering khartoum kilmarnock kirkcaldy kyiv lagos lambeth lampedusa
    lanarkshire lancashire lancaster larne leeds leicester leith lewisham libreville lincolnshire lisburn liverpool livingston
    llandudno llanelli llundain london londonderry lothian luton maidstone manchester manston margate mersey merseyside merthyr
    middlesbrough motherwell napier newcastle newham newport newry newtown norfolk northampton norwich nottingham nottinghamshire
    oban oldham omagh orkney oxford paisley peckham pembroke penrith penzance perth peterborough plymouth pontypridd portadown
    portsmouth powys preston ramsgate redbridge rhondda rhyl rochdale rotherham runcorn salford scunthorpe sheerness sheffield
    shetland shrewsbury skegness slough solihull somerset southall southampton southend southport southwark spalding stevenage
    stirling stockport stoke stornoway stranraer stratford suffolk sunderland surrey sussex sutton swansea swindon telford
    thurrock tilbury tirana torquay tottenham toxteth tring tripoli twickenham tydfil tyne tyneside tyrone uxbridge wakefield
    walsall walthamstow wandsworth warrington warwickshire watford wearside wembley wigan wiltshire winchester woking
    wolverhampton woolwich worcester worthing wrexham yeovil york yorkshire
""")
# Towns that are words: towns only after “in”, “at” …
TOWN_WORDS = word_set("barking bath bury deal poole reading")
# Places of so many people that a people, a trade or a wound says little of whom one means: cities and counties, here and abroad.
CITIES = word_set("""
    aberdeen accra asmara barnet basra belfast birmingham blackburn bolton bournemouth bradford brent brighton bristol brixton bromley bucharest caerdydd camden
    cardiff cornwall coventry croydon cumbria dagenham derby derbyshire devon doncaster dorset dublin dundee ealing edinburgh edo enfield essex exeter fife
    gatwick glasgow gloucestershire greenwich hackney hampshire hanoi haringey harrow heathrow hertfordshire highlands hillingdon hounslow huddersfield hull
    ipswich islington kabul kent khartoum kyiv lagos lambeth lanarkshire lancashire leeds leicester lewisham libreville lincolnshire liverpool london lothian
    luton manchester merseyside middlesbrough newcastle newham newport norfolk northampton norwich nottingham nottinghamshire oldham oxford paris peckham
    peterborough plymouth portsmouth powys preston reading redbridge rochdale salford sheffield slough somerset southall southampton southend southwark stockport
    stoke suffolk sunderland surrey sussex swansea swindon tirana tottenham tripoli tyneside wakefield walsall walthamstow wandsworth warwickshire wembley
    wigan wiltshire wolverhampton woolwich york yorkshire
""")
# Peoples of whom few live in a small place.
PEOPLES = word_set("""
    afghan african albanian algerian american angolan arab asian australian austrian bangladeshi belarusian belgian bengali black bolivian bosnian brazilian bulgarian
    burmese cambodian cameroonian canadian caribbean chinese colombian congolese croatian cuban cypriot czech danish dutch ecuadorian egyptian eritrean estonian
    ethiopian filipina filipino finnish french gambian georgian german ghanaian greek gypsy hindu hungarian indian indonesian iranian iraqi israeli italian ivorian
    jamaican japanese jewish jordanian kenyan korean kosovan kurd kurdish kuwaiti latvian lebanese liberian libyan lithuanian macedonian malawian malaysian maltese
    mauritian mexican moldovan mongolian moroccan muslim nepalese nepali nigerian norwegian pakistani palestinian persian peruvian polish portuguese punjabi roma romani
    romanian russian rwandan saudi senegalese serbian sikh slovak slovenian somali spanish sudanese swedish swiss syrian taiwanese tajik tamil tanzanian thai tibetan
    timorese togolese traveller tunisian turkish ugandan ukrainian uzbek venezuelan vietnamese yemeni zambian zimbabwean
""")
# Lands they come from; our own four nations are not rare here.
HOME = word_set(
    "uk britain british england english scotland scots scottish wales welsh cymru ulster irish ireland northern cornish briton britons prydain"
)
# Cities that stand for a law, a court or a government.
SEATS = word_set(
    "brussels geneva hague holyrood istanbul lanzarote nuremberg palermo rome stormont strasbourg vienna warsaw westminster whitehall"
)
