"""Given names: how each is spelled, and its short and pet forms.

Facts: general knowledge of naming customs, as the nickname tables of the US Census Bureau, dictionaries of
personal names and national statistics of given names show them; the usual romanisations of Arabic, Persian
and Turkic names. Written for this project.
"""

# Forms that are the same name, only written otherwise: a line a name. A name may stand in several.
SPELLINGS = """
mohammed muhammad mohamed mohammad muhammed mohamad mohd md mohamet mehmet muhamad mochammad mohamud maxamed
magomed mahomet muhamed mhd
ahmed ahmad achmad akhmed akhmad ahmet axmed
hussein husayn hussain husain hossein hosein huseyin hussayn houssein xuseen husein khusein hocine
hassan hasan hassen hacen xasan khasan
abdullah abdallah abdulla abdoullah abdellah abdala cabdullaahi abdulahi abdullahi abdoulaye abdilahi
abdul abdel abdal abdol abdoul abdu abdou
yusuf youssef yousef yusif yousuf joseph josef jose giuseppe yosef yussef iosif josip jozef
ibrahim ebrahim ibraheem abraham avraham braim ibragim
osama usama usamah osamah oussama
omar umar omer oumar cumar
ali aly alli alee cali
said saeed sayed saiid saeid siad saad
khalid khaled halid khaleed jalid
mahmoud mahmud mahmood mehmood maxamuud makhmud
mustafa mostafa mustapha moustafa mustafaa
ismail ismael esmail ismaeel ishmael esmaeil
yahya yehia yahia yihia jahja
mohsen mohsin muhsin mohsein mohssen muhsen
sulayman suleiman sulaiman soleiman solomon suleyman salomon
jafar jaafar gafar djafar dzhafar
qasim kassem qassem kasim ghassem qasem kasem casim
qaddafi gaddafi qadhafi kadhafi gadhafi khadafi kadafi
zawahiri zawahri dhawahiri
muammar moammar mouammar
laden ladin
george giorgi yuri yuriy georgiy georgy georgios jorge georg jurij iurii yury yurii jiri gyorgy
john jon johan johann johannes ivan juan jean giovanni joao jan yohannes ioannis sean ian hans
michael mikhail mikhael miguel michel michele michal mykhailo mykhaylo mihail mihai mikael
alexander aleksandr alexandr oleksandr aleksander alejandro alessandro alexandre alexandros iskander iskandar
aleksandr alexandr alexander oleksandr aliaksandr alyaksandr
alexey aleksey alexei alexej aleksej aleksei oleksiy oleksii alexis aliaksei alyaksey
sergey sergei sergej serguei sergiy serhiy serhii sergio serge siarhei siarhej syargey
igor ihor ihar igar
viktor victor viktar wiktor vittorio
oleg oleh aleh aleg
dmitry dmitri dmitrij dmitriy dmitrii dmytro dimitri dimitry dzmitry dzmitryy
nikolay nikolai mykola nicholas nicolas nikolaos nicola mikalai nikolaj
andrey andrei andriy andrew andreas andre andrea andrzej andrii andrej
vladimir volodymyr volodimir wladimir uladzimir vladimer
peter pyotr petr petro pedro pierre pietro piotr petar pjotr
paul pavel pavlo pablo paolo pawel pal
evgeny yevgeny evgeniy yevgeniy evgenii jewgeni jewgenij evgenij jevgeni jevgenij evgueni
evgeny yevgeny evgeniy evgenii evgenij yevhen eugene yevgeni evgeni yauhen yevgen ievgen ievhen evhen
grigory grigorij grigoriy hryhoriy gregory gregorio grigori
yulia julia julija juliya yuliya iuliia giulia yuliia
natalia natalya nataliya nataliia nathalie
elena yelena jelena olena helena helen
ekaterina yekaterina jekaterina kateryna catherine katherine katarina catalina
konstantin kostyantyn constantin constantine konstantinos
stephen steven stefan stepan etienne esteban stephan stefano stjepan
william wilhelm guillaume guillermo vilyam
charles carlos karl carl carlo karel
henry henri heinrich enrique enrico hendrik
francis francisco francesco francois franz ferenc
anthony antonio anton antoine antony
joseph jozsef
jacob yakov jakow jakov yakub yaqub jacques jakob yaakub iacob
david davud daud dawud dawood daoud
moses musa moussa moshe mousa
jesus isa issa eisa
gabriel jibril jabril gibril
daniel danial danilo danylo
kim gim
lee li
lee ri yi rhee rhi
park pak bak
choi choe
jung jong chung chong jeong
ku koo goo gu
sin shin
sim shim
seo suh
bae pae
baek paek paik
bang pang
rim lim yim im
ahn an
sohn son
kwak gwak
kwon gwon
yun yoon youn
ro roh no noh
song sung seong
chon chun cheon
hui hee hi hy
kang gang
cho jo
han hahn
wang wong
xi hsi si
xie hsieh tse
he ho
liang leung
ye yip yeh
guo kwok kuo
zeng tsang tseng
feng fung
deng tang teng
lu lui loo
pan poon
guan kwan kuan
yuan yuen
xiao siu hsiao
mo mok
su so soo
du to tu
luo lo law
tan tam
shi shih sze
zhu chu
hu wu woo
jiang chiang keung kong
zhong chung
hou hau
xie tse hsieh
ye ip
ou au
qiu yau chiu
fan faan
mei mui
zhang chang cheung
chen chan tan
liu lau liew
huang wong hwang
xu hsu hui
zhao chao chiu
zhou chou chow
wu ng
yang yeung yong
lin lam lim
zheng cheng
cai tsai choi
phillip philip philippe felipe filip filippo
theodore feodor fyodor fedor fiodor teodor
basil vasily vasiliy vasyl vasil vassily vasilii
igor ihor
oleg oleh
gennady gennadij gennadiy hennadiy gennadii guennadi
arkady arkadij arkadiy arkadii
valery valerij valeriy valeri valerii
anatoly anatolij anatoliy anatolii anatoli
vitaly vitalij vitaliy vitalii
yevgenia evgenia yevgeniya evgeniya
tatiana tatyana tetiana tatjana tetyana
ksenia xenia kseniya oksana
rahman rehman rahmane rakhman
rahim raheem rehim rakhim
rashid rasheed rachid raschid
karim kareem kerim kareim
salim saleem selim
jamal gamal jamaal djamal cemal dzhamal gamaal djamel jamel
kamal kemal kamaal kamel
nasir nasser naser nassir nacer nasr
hamid hameed hamide khamid
majid majeed madjid mecid maged magid
walid waleed oualid velid
tariq tarek tareq tarik tarique
bilal belal bilel bilaal
jalal djalal celal galal jalaal
faysal faisal feisal faycal faissal
fahd fahad
sharif shareef cherif sherif serif charif
rauf raouf raoof
nabil nabeel nebil
aziz azeez asis
latif lateef letif
habib habeeb khabib
amin ameen emin amine
amir ameer emir
yasin yaseen yassin yassine yasseen iassin
yasir yasser yaser yassir
ziyad ziad zeyad zyad
iyad eyad
ayman aymen aiman
hisham hesham hicham hishaam
husam hussam hossam houssam
imad emad imed
anwar anouar enver anwer
munir mounir muneer
mansur mansour mansoor manssour
mahdi mehdi mahdy
maryam mariam miriam meryem maryem
fatima fatimah fatma fatemeh fateme fatimata fatoumata
aisha aicha ayesha aysha aishah ayse aisyah
khadija khadijah hadija khadidja hatice khadijeh
zaynab zainab zeinab zeynab zeynep zineb zaineb
layla leila laila leyla
nur noor nour
rida reza riza redha ridha
haydar haidar heydar hayder gaidar haider hyder
jawad javad jawwad cevad
baqir bagher baqer bakir
sadiq sadegh sadeq sadik sadek
taqi taghi
rafiq rafik rafeek rafic rafique
shafiq shafik chafik
tawfiq taufik toufic tawfik tevfik tewfik
wahid waheed vahid ouahid
yunus younis younes yunis yonus younus
ayyub ayoub ayub eyup
harun haroun haroon
marwan marouan merouane
usman uthman osman othman outhmane ousmane uthmaan
adil adel
khalil khaleel halil khelil
jabir jaber jabber djaber
zakariya zakaria zekeriya zachariah zakariyya
ishaq ishak isaac eshaq ishaaq
idris idriss edris driss
luqman lokman luqmaan
shaban shaaban chaabane chaban saban
ramadan ramazan ramadhan ramzan ramzaan
rajab recep redjeb radjab
ghulam gholam golam
rustam rostam rustem
bahram behram
dariush daryoush darius dariyush
kourosh cyrus koroush
mujahid mojahed moujahed
muslim moslem
muhsin mohcine
murtaza morteza murtadha mortaza
mujtaba mojtaba
nizar nezar
qadir kader qader kadir gadir
abdulqadir abdelkader abdulkadir abdelqader
abdulaziz abdelaziz abdulazeez
abdulrahman abdelrahman abdurrahman abdulrehman abderrahmane abdirahman abdurahman abdourahmane
abdulrahim abdelrahim abdurrahim abderrahim
abdulkarim abdelkarim abdulkareem abdelkrim
abdullatif abdellatif
abdulmalik abdelmalek abdulmalek abdelmalik
abdulhamid abdelhamid abdulhameed abdulhamit
abdulwahab abdelwahab abdulwahhab
abdulsalam abdelsalam abdussalam abdesslam
abdulmajid abdelmajid abdulmajeed abdelmadjid
abdulghani abdelghani abdulgani
abubakar abubakr aboubacar aboubakar ebubekir
yaqoub yaqub yakoub yagub
siddiq siddique seddik sediq siddik
shakir shaker chaker
tahir taher tahar
zahir zaher
nazir nazeer
bashir basheer bachir beshir
jamil jameel djamil gamil cemil
wasim waseem wassim
nadim nadeem
naim naeem naiem
fahim faheem
hakim hakeem hekim
qayum qayyum qayoum
sultan soltan sultaan
ghani gani
hafiz hafez hafeez hafid
mir meer
shah chah
tatar tatari
vladislav uladzislau vladyslav wladyslaw
vyacheslav viacheslav viatcheslav wjatscheslaw vjaceslav
yaroslav iaroslav jaroslav
svetlana svitlana sviatlana
stanislav stanislau stanislaw
denis denys dzianis
maxim maksim maksym maxime
roman raman
timur temur teymur
rustam roustam
ilya illia ilia ilja illya
kirill kyrylo kiril cyril kyrill
leonid leanid
eduard eduardo
victor viktor wiktor viktar
yakov iakov
artyom artem artiom artjom
semyon semen simeon simon semion
matvey matvei matthew matteo mateo matthias mateusz
luke lukas lucas luca
mark marc marco marko marcos marek
joaquin joachim
ramon raymond raimundo
rodrigo ruy
fernando ferdinand hernando
alphonse alfonso alfons
louis luis luigi ludwig lluis
emanuel manuel emmanuel immanuel
stella estela
sofia sophia sofya sofiya sophie
anna anne hanna ana
mary maria marie mariya mariia marija
margaret margarita marguerite margherita
elizabeth elisabeth elizaveta elisabetta yelizaveta
christopher christophe cristobal christoph krzysztof
laurence lawrence lorenzo laurent lorenz
"""
# A name and what it is shortened to, in every spelling of the name: Hamada is a Mohamed as well.
NICKNAMES = """
alexander alec sandy
alexandra alexa sandra
michael mike mick mickey mikey
nicholas nick nicky
sergey serge
pyotr petya
viktor vitya
victor vic
anna ann annie
ludmila luda mila
robert bob rob bobby robbie bert
william bill will billy willie liam
richard dick rick rich ricky
james jim jimmy jamie
john jack johnny
thomas tom tommy
joseph joe joey pepe beppe
theodore ted teddy theo
edward ed eddie ted teddy ned
charles charlie chuck
david dave davey
daniel dan danny
benjamin ben benny benji bibi binyamin
samuel sam sammy
anthony tony
andrew andy drew
stephen steve
christopher chris kit
matthew matt
gregory greg
patrick pat paddy
peter pete
philip phil
kenneth ken kenny
ronald ron ronnie
donald don donnie
timothy tim
jeffrey jeff
lawrence larry
gerald gerry jerry
frederick fred freddie fritz
friedrich fritz
barack barry
elizabeth liz beth betty lisa eliza bess
margaret maggie peggy meg
katherine kate kathy katie kit
patricia pat patty tricia
jennifer jenny jen
susan sue susie
rebecca becky
deborah debbie
victoria vicky
francisco paco pancho kiko
jose pepe chepe
enrique quique kike
guillermo memo
jesus chuy
ignacio nacho
eduardo lalo
manuel manolo
rafael rafa
antonio tono
roberto beto
alberto beto
muhammad hamada mo hamoudi hamudi mohd
ibrahim ibo
ismail isma
yusuf yoyo
mustafa mustu mustik
jonathan jon johnny
recep recai
leonardo leo
giuseppe beppe peppe
zbigniew zbyszek
ali alis
mehmet memo memed
suleyman sulo
abdullah abdo abboud
ahmad hamoudi hammoudi
mahmoud hammoudi
mohammad mamad
ebrahim ebi
esmail esi
fereydoun feri
hossein hosi
abdulhamid hamid
abdulkadir kadir
"""
# A name and what it is shortened to as it is written here alone: Jake is a Jacob and no Yaqub.
SHORT_FORMS = """
albert bert
alfred alf fred
arthur art artie
barbara barb babs
beatrice bea trixie
bernard bernie
bradley brad
caroline carrie caro
catherine cathy kate cat
cecilia cissy
christian chris
christina chris tina christie
christine chris tina
clifford cliff
clinton clint
cornelius neil
cynthia cindy
dorothy dot dottie dolly
douglas doug
edmund ned ted
edwin ned
eleanor ellie nell nora
emily millie
eugene gene
florence flo flossie
frances fran fanny frankie
francis frank fran frankie
franklin frank
gabriel gabe gabo
gabriella gaby
geoffrey geoff jeff
george georgie
gertrude gertie trudy
gilbert gil
gordon gordy
harold hal harry
henry harry hank hal
herbert herb bert
hugh hughie
isaac ike zak
isabella bella izzy
jacob jake
jacqueline jackie
janet jan
jeremy jerry
jerome jerry
jessica jess jessie
joan joanie
john jock jackie
joseph josh
joshua josh
judith judy
julia julie
julian jules
katherine kathryn kat kathleen
kathleen kathy kath
kimberly kim
leonard len lenny leo
leroy lee roy
lewis lew louie
louis lou louie
louise lou
lucille lucy
magdalena magda lena
marcus marc
marjorie marge
martin marty
martha marty patty
maurice morris
melvin mel
mildred millie
mitchell mitch
nathan nat nate
nathaniel nat nate
norman norm
oliver ollie
pamela pam
percival percy
philippa pippa
raymond ray
reginald reg reggie
reuben rube
roderick rod rick
rodney rod
roger rodge
roland rolly
rosemary rose rosie
rudolph rudy rolf
russell russ
sandra sandy
sarah sally sadie
sebastian seb bas
sidney sid
solomon sol solly
stanley stan
stuart stu
sylvester sly
terence terry
theresa terry tess tessa
thomas thom
valentine val
vincent vince vinny
virginia ginny
wallace wally
walter walt wally
wesley wes
wilfred wilf
winston winnie
zachary zack zach
agustin tin
alejandro ale jano
andres andy
antonia tonia
armando mando
arturo turo
carlos carlitos charly
carmen carmela carmencita
cristina cris tina
concepcion concha conchita
consuelo chelo
cristobal tobal
dolores lola loli
diego yago
domingo mingo
ernesto neto
esteban teban
federico fede kiko
felipe pipe
fernando nando fer
francisco fran curro pacho chico
gerardo lalo
gilberto beto
gonzalo gonza
gregorio goyo
guadalupe lupe lupita
gustavo tavo gus
hector tito
heriberto beto
humberto beto
isabel isa chabela
jacinto chinto
javier javi
joaquin quino chimo
jorge coque
jose josep pepito joselito chepito zezinho
juan juancho juanito
leopoldo polo
luis lucho luisito lula
manuel manu manolito manel maneco
marcelo chelo
margarita rita marga
mariano nano
mario mayito
mercedes meche merche
miguel migue miguelito
norberto beto
octavio tavo
pedro perico
pilar pili
ramon moncho mon
ricardo ricky rico
rigoberto rigo beto
roberto tito
rodolfo fito rodo
rosario charo
santiago santi chago tiago
sergio checo
teresa tere
vicente chente
antonio tonho toninho tonico tonino toni
eduardo edu dudu
joao joaozinho jango
joaquim quim
alessandro sandro
domenico mimmo
filippo pippo
francesco franco cecco
giovanni gianni nino vanni
giuseppe pino peppino
lorenzo renzo
luigi gigi gino
salvatore toto turi
vincenzo enzo
albrecht albert
bernhard bernd
dietrich dieter
elisabeth lisa elli sissi babette
ferdinand ferdi
franz franzl
georg schorsch jorg
gerhard gerd
hans hansi
heinrich heinz heiner
johannes hannes hans jan joop
josef sepp jupp pepa
joachim jochen achim
karl kalle
katharina kathi katrin
ludwig lutz
margarete grete gretel
matthias matze hias
maximilian max maxi
nikolaus klaus niko
siegfried sigi
ulrich uli
walther walli
wilhelm willi willy wim helmut
wolfgang wolf
adrianus adri arie
cornelis kees cor
gerardus gerard gerrit
hendrik henk
jacobus jaap koos
leendert leen
petrus piet
wilhelmus wim willem
alexandre alex
antoine toinou
frederic fred
jacques jacquot
jean jeannot
marguerite margot
nicolas nico
aleksander olek alek
andrzej jedrek
elzbieta ela
ewa ewka
grzegorz grzesiek
jan janek jas honza
jerzy jurek
jozef jozek
katarzyna kasia
krzysztof krzysiek
malgorzata gosia malgosia
maria marysia
michal michalek
piotr piotrek
stanislaw staszek
tadeusz tadek
tomasz tomek
wojciech wojtek
wladyslaw wladek
frantisek franta
jiri jirka
karel karlik
vaclav vasek
erzsebet erzsi bozsi
ferenc feri
gyorgy gyuri
istvan pista
janos jancsi
jozsef jozsi
laszlo laci
sandor sanyi
aleksandar aca sasa
dragan gagi
dusan duda
milan mile
milorad mica
nebojsa nesa
nikola nidza
petar pera
radovan rade
slobodan boban sloba
stevan steva
vladimir vlada
zoran zoki
alexandros alekos
antonios antonis
athanasios thanasis thanos
charalampos babis harris
christos christakis
constantinos costas kostas dinos
konstantinos kostas dinos gus
dimitrios dimitris mitsos jimmy
emmanouil manolis
evangelos vangelis
georgios giorgos
ioannis giannis yannis
nikolaos nikos
panagiotis panos takis
spyridon spyros
stavros stavrakis
theodoros thodoris
vasileios vasilis
sofya sonya
sofia sonya
sofiya sonya
"""
# As NICKNAMES, of Slavic names in the English romanisation, of which the others are made.
SLAVIC_NICKNAMES = """
alexander sasha sashka shura sanya sanyok alik alex
alexandra sasha shura sanya alex
alexey alyosha lyosha lyokha
alla allochka
anastasia nastya stasya asya
anatoly tolya tolik
andrey andryusha andryukha
angelina gelya lina
anna anya anyuta nyura nyusha
anton antosha tosha
antonina tonya
arkady arkasha
arseny senya
artyom tyoma tema
boris borya
bogdan bodya danya
daniel danya danila
denis dena
diana dina
dmitry dima mitya dimon
egor yegorka gosha
ekaterina katya katyusha
elena lena alyona lenochka
elizabeth liza lizaveta
evgeny zhenya jenya
fyodor fedya
galina galya
gennady gena
george gosha zhora gera yura
german gera
gleb glebushka
grigory grisha grinya
igor gosha igoryok garik
ilya ilyusha
inna innochka
irina ira irochka
ivan vanya vanyusha
joseph osya
kirill kirya
klavdia klava
konstantin kostya
ksenia ksyusha ksyunya
larisa lara
leonid lyonya lenya
lev lyova leva
lidia lida
lyubov lyuba
lyudmila lyuda luda mila
margarita rita margo
maria masha marusya manya
marina marisha
matvey motya
maxim max maks
michael misha mishka
mikhail misha mishka
nadezhda nadya
natalia natasha nata
nikita nikitos
nikolay kolya kolyan
oksana ksyusha
oleg olezhka
olga olya
pavel pasha pavlik pashka
peter petya
polina polya
raisa raya
roman roma
rostislav rostik slava
ruslan rusik
semyon syoma senya
sergey seryozha seryoga
stanislav stas slava stasik
stephen styopa
svetlana sveta lana
svyatoslav slava
tamara toma
tatiana tanya
timofey tima
timur tima
ulyana ulya
vadim vadik
valentina valya
valentin valya valik
valeria lera
valery valera
varvara varya
vasily vasya vasyok
basil vasya
vera verochka
veronika nika
victoria vika
victor vitya
vitaly vitalik
vladimir vova volodya vovka vovan vlad
vladislav vlad vladik slava
vsevolod seva
vyacheslav slava
yakov yasha
yaroslav yarik slava
yulia yulya
yury yura
zinaida zina
eduard edik
mykola mykolka
oleksandr sashko oles
volodymyr volodya vovka
yevhen zhenya
dmytro dmytryk
katerina katrusya
zhanna zhannochka
"""
