"""Spellings and short forms of one given name that no rule of sound or edit distance connects.

Facts: general knowledge of naming customs, as in the US Census Bureau's and the UK's published nickname
practice, Russian
diminutives and the usual romanisations of Arabic names. A group holds forms of one name; a name may stand in
several.
"""

from __future__ import annotations

from collections import defaultdict

# Forms that are the same name, only written otherwise.
_SPELLINGS = """
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
ali aly alli cali
said saeed sayed saiid saeid siad saad
khalid khaled halid khaleed jalid
mahmoud mahmud mahmood mehmood maxamuud makhmud
mustafa mostafa mustapha moustafa mustafaa
ismail ismael esmail ismaeel ishmael esmaeil
yahya yehia yahia jahja
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
aliaksandr
alexey aleksey alexei alexej aleksej aleksei oleksiy oleksii alexis
sergey sergei sergej serguei sergiy serhiy serhii sergio serge siarhei serguei
dmitry dmitri dmitrij dmitriy dmitrii dmytro dimitri dimitry dzmitry
nikolay nikolai mykola nicholas nicolas nikolaos nicola mikalai nikolaj
andrey andrei andriy andrew andreas andre andrea andrzej andrii andrej
vladimir volodymyr volodimir wladimir uladzimir vladimer
peter pyotr petr petro pedro pierre pietro piotr petar pjotr
paul pavel pavlo pablo paolo pawel pal
evgeny yevgeny evgeniy yevgeniy evgenii jewgeni jewgenij evgenij jevgeni jevgenij evgueni
evgeny yevgeny evgeniy evgenii yevhen eugene yevgeni evgeni yauhen
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
"""
# A short or pet form, and the name it stands for first.
_NICKNAMES = """
alexander sasha alex sanya shura alec sandy
alexandra sasha alexa sandra
alexey alyosha lyosha
vladimir vova volodya vlad
dmitry dima mitya
mikhail misha
michael mike mick mickey mikey
nikolay kolya
nicholas nick nicky
ivan vanya
sergey seryozha serge
evgeny zhenya
yury yura
pavel pasha
pyotr petya
konstantin kostya
boris borya
grigory grisha
anatoly tolya
gennady gena
stanislav stas slava
vyacheslav slava
yaroslav slava
viktor vitya
victor vic
andrey andryusha
maxim max maks
ekaterina katya
elena lena
anna anya ann annie
natalia natasha
olga olya
maria masha
tatiana tanya
svetlana sveta
irina ira
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
benjamin ben benny benji
benjamin bibi binyamin
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
muhammad hamada mo
ibrahim ibo
ismail isma
yusuf yoyo
mustafa mustu
jonathan jon johnny
recep recai
leonardo leo
leonid lenya
giuseppe beppe peppe
zbigniew zbyszek
"""


def _groups(table: str) -> dict[str, frozenset[int]]:
    members: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(table.strip().splitlines()):
        for name in line.split():
            members[name].add(number)
    return {name: frozenset(groups) for name, groups in members.items()}


def _nickname_pairs() -> frozenset[tuple[str, str]]:
    pairs = set()
    for line in _NICKNAMES.strip().splitlines():
        full, *short = line.split()
        for name in short:
            for form in _forms(full):
                pairs.add((form, name))
                pairs.add((name, form))
    return frozenset(pairs)


SPELLINGS = _groups(_SPELLINGS)


def _forms(name: str) -> set[str]:
    """A name with all its spellings: a pet name of "Dmitry" is one of "Dmitriy" as well."""
    own = SPELLINGS.get(name, frozenset())
    return {other for other, groups in SPELLINGS.items() if groups & own} | {name}


NICKNAMES = _nickname_pairs()


def same_name(first: str, second: str) -> bool:
    """Whether two tokens are spellings of one name."""
    groups = SPELLINGS.get(first)
    return groups is not None and not groups.isdisjoint(SPELLINGS.get(second, ()))


def are_two_names(first: str, second: str) -> bool:
    """Whether two tokens are known as spellings of two names: Hassan is not Hussein, alike as they sound."""
    return first in SPELLINGS and second in SPELLINGS and SPELLINGS[first].isdisjoint(SPELLINGS[second])


def is_nickname(first: str, second: str) -> bool:
    """Whether one of two tokens is a short or pet form of the other."""
    return (first, second) in NICKNAMES
