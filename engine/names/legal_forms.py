"""Legal forms of companies in the languages of the lists, by what kind of company they make.

Facts: ISO 20275 (entity legal forms) and the company laws it names. Forms on one line are the same kind of
company in
different countries, so that "OOO" and "Limited Liability Company" agree; a form that is also a common word
or name in
some language stands in `AMBIGUOUS` and counts as a legal form only at the end or the beginning of a
company's name.
"""

from __future__ import annotations

_TABLE = {
    # private company limited by shares or by quotas
    "llc": """
        llc; l l c; fz; pte; pvt; pty; proprietary; limited liability; private llc; free zone; limited
        liability company; limited liability co; ltd liability co; limited; ltd; pvt ltd; pvt limited;
        private limited; private ltd; private limited company; pte ltd; pte limited; pty ltd; pty
        limited; proprietary ltd; proprietary limited; co ltd; co limited; company limited; company ltd;
        coltd; ltd co; ltd company; sdn bhd; bhd; gmbh; mbh; ges mbh; gesmbh; gesellschaft mit
        beschrankter haftung; ug; unternehmergesellschaft; sarl; s a r l; eurl; societe a responsabilite
        limitee; srl; s r l; s de r l; s de rl; s de r l de c v; s de rl de cv; s de r l de cv; sociedad
        de responsabilidad limitada; sociedad de responsabilidad limitada de capital variable; societa a
        responsabilita limitata; societatea cu raspundere limitata; societate cu raspundere limitata;
        ltda; limitada; lda; bv; b v; besloten vennootschap; bvba; sprl; ooo; o o o; obshchestvo s
        ogranichennoy otvetstvennostyu; obshchestvo s ogranichennoi otvetstvennostyu; obshchestvo s
        ogranichennoy otvetstvennostiu; obschestvo s ogranichennoy otvetstvennostyu; obschestvo s
        ogranichennoi otvetstvennostyu; tov; tzov; tovarystvo z obmezhenoyu vidpovidalnistyu; odo; too;
        sp z o o; sp z oo; sp zo o; s a rl; sp zoo; spolka z ograniczona odpowiedzialnoscia; sro; s r o;
        spol s r o; spol sro; kft; korlatolt felelossegu tarsasag; doo; d o o; drustvo s ogranicenom
        odgovornoscu; ood; eood; sia; uab; ou; osauhing; aps; anpartsselskab; as ltd; epe; ike; ltd sti;
        limited sirketi; limited sti; fze; f z e; fzco; fz llc; fzllc; fzc; free zone establishment;
        free zone company; free zone co; wll; w l l; with limited liability; spc; yugen kaisha; yugen
        gaisha; yk; godo kaisha; yuhan hoesa; mchj; oy; osakeyhtio; mas uliyati cheklangan jamiyat; gk;
        tnhh; cong ty tnhh; shpk; dooel; xk; mmc; ptc ltd; mchzh; limited company; limited partnership
        company; spolocnost s rucenim obmedzenym; spolecnost s rucenim omezenym; druzba z omejeno
        odgovornostjo; druzhestvo s ogranichena otgovornost; uzdaroji akcine bendrove; sabiedriba ar
        ierobezotu atbildibu; sociedad limitada; sociedade limitada; tarsasag korlatolt felelosseggel;
        cuideachta theoranta; teoranta; drustvo sa ogranicenom odgovornoscu; etaireia periorismenis
        efthynis; selskab med begraenset ansvar; aktiebolag med begransat ansvar; private""",
    # company whose shares may be offered to the public
    "jsc": """
        jsc; j s c; public joint stock; open joint stock; closed joint stock; private joint stock; open
        pjsc; open jsc; public jsc; joint stock company; joint stock co; joint stock; ojsc; o j s c;
        open joint stock company; cjsc; c j s c; closed joint stock company; pjsc; p j s c; public joint
        stock company; public joint stock co; private joint stock company; private joint stock co; pjs
        company; pao; oao; zao; ao; aot; at; pat; prat; publichnoye aktsionernoye obshchestvo;
        publichnoe aktsionernoe obshchestvo; aktsionernoye obshchestvo; aktsionernoe obshchestvo;
        aktsionernoe obschestvo; otkrytoye aktsionernoye obshchestvo; otkrytoe aktsionernoe obshchestvo;
        zakrytoye aktsionernoye obshchestvo; zakrytoe aktsionernoe obshchestvo; nepublichnoe
        aktsionernoe obshchestvo; plc; p l c; public limited company; public ltd company; public company
        limited; pcl; sa; s a; societe anonyme; sociedad anonima; sociedade anonima; s a de c v; sa de
        cv; s a de cv; sociedad anonima de capital variable; sab de cv; sapi de cv; s a p i de c v; s p
        r de r l; sociedad por acciones simplificada; s a s; sas; saic; s a i c; spa; s p a; societa per
        azioni; ag; aktiengesellschaft; kgaa; se; societas europaea; nv; n v; naamloze vennootschap; ab;
        aktiebolag; ab publ; asa; as; a s; a o; aksjeselskap; aktieselskab; oyj; julkinen osakeyhtio; a
        d; ad; aktsionerno druzhestvo; akcionarsko drustvo; dd; d d; dionicko drustvo; ead; eadjsc;
        ejsc; nyrt; zrt; reszvenytarsasag; spolka akcyjna; akciova spolecnost; ae; anonymi etaireia;
        anonim sirketi; anonim sirket; a s sti; san ve tic a s; san ve tic ltd sti; sal; s a l; sa l;
        saoc; saog; s a o g; psc; pjs; psjc; qpsc; q s c; qsc; ksc; kpsc; bsc; b s c; bsc c; sae; s a e;
        sak; kabushiki kaisha; kabushiki gaisha; kk; k k; jusik hoesa; chusik hoesa; gufen youxian
        gongsi; youxian gongsi; tbk; pt tbk; pt; perseroan terbatas; hf; ehf; aksionernoe obshchestvo;
        aktsiyadorlik jamiyati; sh a; sha; aso; societe par actions; societe par actions ouverte;
        societe par actions simplifiee; societe anonyme ouverte; offene aktiengesellschaft; sociedade
        por acoes; sociedade por acoes aberta; sociedade anonima aberta; societate pe actiuni;
        societatea pe actiuni; societatea deschisa pe actiuni; societate deschisa pe actiuni; societate
        pe actiuni deschisa; javno dionicko drustvo; otvoreno dionicko drustvo; akcine bendrove;
        atviroji akcine bendrove; sociedad por acciones; sociedad por acciones abierta; sociedad
        limitada por acciones abierta; sociedad anonima abierta; sociedad anonima publica; delniska
        druzba; odprta delniska druzba; javna delniska druzba; aktsiaselts; avatud aktsiaselts;
        cuideachta comhstoic; cuideachta comhstoic oscailte; cuideachta phoibli theoranta; avoin
        osakeyhtio; otvoreno aktsionerno druzhestvo; publichno aktsionerno druzhestvo; vennootschap op
        aandelen; open vennootschap op aandelen; openbare vennootschap op aandelen;
        aandelenvennootschap; anoikti symmetochiki etaireia; anoikti symmetochiki etairia; anoikti
        anonymi etaireia; akciova spolocnost; otvorena akciova spolocnost; verejna akciova spolocnost;
        otevrena akciova spolecnost; verejna akciova spolecnost; nyilvanosan mukodo reszvenytarsasag;
        nyilt reszvenytarsasag; zartkoruen mukodo reszvenytarsasag; aktieselskabet; abent aktieselskab;
        aktiebolaget; oppet aktiebolag; publikt aktiebolag; otwarta spolka akcyjna; publiczna spolka
        akcyjna; akciju sabiedriba; atklata akciju sabiedriba; publiska akciju sabiedriba; societa per
        azioni aperta; societa per azioni pubblica; otvoreno akcionarsko drustvo""",
    "corp": "inc; incorporated; corp; corporation; corpn; incorp",
    # partnership
    "lp": """
        lp; l p; llp; l l p; lllp; limited partnership; limited liability partnership; kg;
        kommanditgesellschaft; ohg; gmbh co kg; gmbh and co kg; gbr; snc; s n c; sca; scs; cv;
        kommandiittiyhtio; ky; ans; kb; hb; vof; komanditni spolecnost; tnk; kd""",
    "coop": """
        coop; cooperative; co operative; cooperativa; genossenschaft; eg; kooperativ; scrl; scoop; s c;
        soc coop; s coop""",
    "foundation": """
        foundation; stiftung; fundacion; fondation; fundacao; fondazione; stichting; fond; vakfi; bonyad;
        waqf""",
    "association": """
        e v; ev; verein; association; society; asociacion; assn; assoc; ngo; ano; avtonomnaya
        nekommercheskaya organizatsiya""",
    "state": """
        fgup; fsue; federal state unitary enterprise; federalnoye gosudarstvennoye unitarnoye
        predpriyatiye; state unitary enterprise; unitary enterprise; gup; mup; rup; sue; federal state
        budgetary institution; fgbu; fgbou; fku; state enterprise; soe; chastnoe predpriyatie; private
        enterprise; private unitary enterprise; chup; up; epe spa""",
    "sole": """
        sole proprietor; sole proprietorship; individual entrepreneur; ip; ich p; firma individual; eirl;
        e i r l; ei; establishment; est""",
    "company": """
        co; company; cie; compagnie; compania; cia; companhia; gongsi; sherkat; sharikat; sharika;
        sirketi; sirket; societe; sti; kompaniya; firma; firm; enterprise; enterprises; spolocnost;
        spolecnost; drustvo; druzhestvo; vennootschap; sociedad; sociedade; societa; societatea;
        etaireia; spolka; bendrove; sabiedriba; selskab; selskabet; bolaget; yhtio; tarsasag;
        cuideachta; ettevote; kumpanija""",
    "group": """
        group; grp; gruppe; groupe; grupo; gruppa; holding; holdings; hldg; hldgs; gruppo; gruppen;
        skupina; csoport; grupa; grupp; omilos; grupe; grupul""",
}  # fmt: skip

# The few forms that are nobody's name, also in a person's record: a firm's name was typed into it.
UNMISTAKABLE = frozenset("llc gmbh jsc ojsc pjsc cjsc plc inc llp corp sarl ltda aktiengesellschaft".split())
# Forms that begin many names as a word: "Private Bank".
AT_THE_END = frozenset({"private"})
AMBIGUOUS = frozenset(
    """
    ab ad ae ag ai ano ans ao aps as asa association at bhd bv cia cie co company coop cv dd dooel ead
    ei enterprise enterprises ep epe est establishment ev firm firma fond foundation gk group hb hf
    holding holdings ike ip kb kd kft kg kk ky lda limitada lp mup no nv oao ou oy pao pat prat pt rup
    sa sae sak sal sas sca se sha sia societe society spa spc srl state too tov uab ug up xk yk zao
    """.split()
)

LEGAL_FORMS: dict[tuple[str, ...], str] = {
    tuple(form.split()): canonical
    for canonical, forms in _TABLE.items()
    for form in " ".join(forms.split()).split("; ")
    if form
}
LONGEST_FORM = max(map(len, LEGAL_FORMS))
FIRST_WORDS = frozenset(form[0] for form in LEGAL_FORMS)
