"""How rare a token of a name is among people and companies at large: the prior beside a list's own
frequencies.

Written for this project from general knowledge of the most frequent names of each naming culture, as
national name
statistics publish them (US Census Bureau and Social Security Administration, INE of Spain, ISTAT, Statistics
Korea,
China's Ministry of Public Security, and the like). No customer data enters it.
"""

from __future__ import annotations

from engine.model import MODEL
from engine.names.syllables import syllables

# The few names that a hundredth or more of a people bears, and words in very many company names.
_VERY_COMMON = """
mohammed muhammad mohamed mohammad ahmed ahmad ali hassan hasan hussein husayn hussain abdullah abdallah
abdul omar ibrahim yusuf youssef mahmoud mustafa khalid said saeed fatima maryam khan singh kumar sharma
patel begum bibi hossain islam das kim lee park pak choi choe jung jong chung kang cho yoon jang lim han
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu lin guo he gao liang nguyen tran le pham
hoang smith johnson williams brown jones miller davis wilson anderson taylor thomas moore martin jackson
thompson white harris clark lewis robinson walker young king wright james john robert michael william david
richard joseph charles daniel matthew anthony mark paul steven andrew kevin brian george mary patricia
jennifer linda elizabeth barbara susan sarah karen lisa nancy anna maria jessica laura garcia rodriguez
martinez hernandez lopez gonzalez perez sanchez ramirez torres flores rivera gomez diaz cruz reyes morales
gutierrez ortiz ramos jose juan luis carlos jorge francisco antonio manuel miguel pedro jesus alejandro
rafael fernando ana carmen rosa guadalupe silva santos oliveira souza pereira costa ferreira rodrigues alves
joao ivan alexander aleksandr sergey sergei dmitry dmitri vladimir nikolay nikolai andrey andrei alexey
aleksey mikhail yuri viktor elena olga tatiana natalia irina ivanov ivanova rossi bianchi marco giuseppe
mueller muller schmidt peter michel jean pierre marie martin bernard yilmaz kaya demir mehmet ayse tanaka
suzuki sato takahashi watanabe ito yamamoto nakamura trading international company general import export
bank group limited shipping services industries global investment petroleum oil gas energy construction
engineering holding holdings development national technology industrial foundation organization marine
logistics transport security financial trade commercial enterprises
"""
# Names that everyone knows several bearers of.
_COMMON = """
reza hamid karim rahman rahim salim salem saleh salah jamal kamal nasser nasir tariq walid samir bilal hamza
zaid faisal fahd abdulrahman abdulaziz aziz latif hakim malik qasim jafar sadiq akbar abbas hashim hashemi
hosseini mohammadi ahmadi karimi rezaei mousavi musavi moradi amiri akhtar iqbal shah malik butt chaudhry
raja syed rashid yasin ismail sulayman suleiman dawood tariq adnan imran asif nadeem naveed usman osman
osama usama amina aisha khadija zahra zainab nur noor layla leila rania huda song shin kwon hwang ahn yu
hong son bae baek min yong chol song il un jin hyon sun young soo ho sung kwang myong wei fang na xiuying
min jing qiang lei jun yong jie tao ming chao ping gang hui hong mei juan xia jian hua lan feng bo xin yi
bin ning dong zheng xie song tang deng cao peng zeng xiao tian yuan pan dong cai jiang yu yu du ye cheng wei
su lu ding ren shen yao zhong fan cui tan liao wong chan cheung lam ng ho leung van thi minh duc anh thanh
phan vu vo dang bui do ho ngo duong ly scott green baker adams nelson carter mitchell roberts turner
phillips campbell parker evans edwards collins stewart morris rogers reed cook morgan bell murphy bailey
cooper richardson cox howard ward peterson gray james watson brooks kelly sanders price bennett wood barnes
ross henderson coleman jenkins perry powell long patterson hughes washington butler simmons foster bryant
alexander russell griffin hayes myers ford hamilton graham sullivan wallace west cole owens reynolds fisher
ellis harrison gibson mcdonald hill allen hall edward ronald timothy jason jeffrey ryan jacob gary nicholas
eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank raymond patrick jack dennis
jerry tyler aaron henry adam nathan peter zachary kyle walter harold jeremy ethan carl keith roger gerald
christian sean arthur noah lawrence simon philip martin alan kimberly donna michelle emily amanda melissa
deborah stephanie rebecca sharon cynthia kathleen amy angela shirley brenda emma pamela nicole samantha
katherine christine helen debra rachel carolyn janet catherine heather diane julie joyce victoria kelly
christina joan evelyn andrea martha cheryl megan jacqueline ann hannah ruth teresa chavez mendoza ruiz
alvarez castillo vargas jimenez romero herrera medina aguilar vega castro mendez guzman munoz fernandez
rojas salazar soto delgado pena rios alvarado contreras valencia estrada sandoval ortega guerrero dominguez
leon luna mejia molina campos santiago marquez suarez cabrera acosta navarro serrano silva nunez ricardo
eduardo javier roberto enrique mario arturo sergio raul oscar alberto alfredo pablo diego daniel gabriel
hector victor cesar martin julio ramon armando angel andres felipe gustavo ignacio margarita veronica
adriana gabriela patricia alejandra silvia leticia claudia lucia elena isabel teresa pilar dolores lima
gomes ribeiro carvalho almeida lopes soares fernandes vieira barbosa rocha dias nascimento andrade moreira
nunes marques machado mendes freitas cardoso ramos goncalves paulo petrov petrova sidorov smirnov kuznetsov
popov vasiliev vasilyev sokolov mikhailov fedorov morozov volkov alekseev lebedev semenov egorov pavlov
kozlov stepanov nikolaev orlov andreev makarov igor oleg pavel anatoly boris konstantin maxim denis roman
evgeny yevgeny vitaly valery gennady vasily vyacheslav svetlana ekaterina anastasia galina lyudmila nina
marina vladimirovich aleksandrovich alexandrovich nikolaevich nikolayevich sergeevich sergeyevich ivanovich
viktorovich mikhailovich anatolyevich vasilyevich petrovich yurievich yuryevich vladimirovna aleksandrovna
alexandrovna nikolaevna nikolayevna sergeevna ivanovna viktorovna mikhailovna shevchenko kovalenko
bondarenko tkachenko kovalchuk oleksandr serhiy volodymyr mykola ferrari russo esposito romano colombo ricci
marino greco conti giovanni francesco luigi andrea stefano roberto alessandro luca schneider fischer weber
meyer wagner becker schulz hoffmann koch bauer richter klein wolf hans klaus thomas stefan wolfgang jurgen
uwe andreas durand dubois moreau laurent lefebvre michel andre francois philippe nicolas christophe alain
celik sahin ozturk arslan dogan kilic aslan cetin kara koc kurt ozdemir fatma ahmet mustafa huseyin osman
murat kobayashi kato yoshida yamada sasaki yamaguchi saito matsumoto inoue kimura hayashi gupta verma mishra
yadav reddy nair rao jain mehta shah ram devi lal prasad kaur gandhi chowdhury rahman uddin akter khatun
mensah owusu okafor abdi diallo traore mohamud hassan siregar nasution putra dewi sari wijaya santoso
susanto east west north south central first united new american european asia asian africa china russia
russian iran iranian syria syrian state ministry institute university center research brothers sons
industries electronics motors steel metal chemical pharmaceutical food textile textiles agricultural mining
exploration aviation airlines air sea ocean star golden royal green blue tower management consulting
partners capital invest insurance exchange money travel tourism media press real estate property building
materials equipment machinery systems supply
"""

_RARITY = {
    **dict.fromkeys(_COMMON.split(), MODEL["weight.common"]),
    **dict.fromkeys(_VERY_COMMON.split(), MODEL["weight.very_common"]),
}


def rarity(text: str) -> float:
    """From `weight.very_common` to 1: how much a token tells one bearer from another."""
    known = _RARITY.get(text)
    if known is not None:
        return known
    return MODEL["weight.syllables"] if syllables(text) == 2 else 1.0


def is_known(text: str) -> bool:
    """Whether a token is among the most frequent ones."""
    return text in _RARITY
