"""The names that screening engines get wrong: each kind of trouble by its own name, through `compare_names`.

All names are invented, but for those of public office that have a usual form in another script.
"""

from __future__ import annotations

import pytest

from engine import DEFAULT_THRESHOLD, compare_names
from lists.model import Kind


def alerts(subject: str, listed: str, kind: Kind | str = Kind.PERSON) -> bool:
    """Whether a customer's name alone would alert for a listed one."""
    return compare_names(subject, listed, kind=kind).score >= DEFAULT_THRESHOLD


def cases(text: str) -> list[tuple[str, ...]]:
    """Lines of "name | other name"."""
    return [tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines()]


# Slips of the hand, of a scanner and of purpose


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Viktor Dvessik | Vikotr Dvessik
    Viktor Dvessik | Vikto Dvessik
    Viktor Dvessik | Vikttor Dvessik
    Viktor Dvessik | Viktor Dvesdik
    Viktor Dvessik | Viktor Dvelssik
    Omar Velmani Zhorov | Omr Velmani Zhorov
    Omar Ali Zhorov | Omar Ai Zhorov
    Omar Rez Zhorov | Omar Reza Zhorov
    RI Su Yon | RI Su Yong
    RI Sq Yong | RI Su Yong
    Viktor Dvessika | Viktor Dvessikaa
    Bagitt Nilang | Bagitt Nilanga
    """),
)
def test_a_transposed_missing_doubled_or_other_letter_is_found(subject: str, listed: str) -> None:
    assert alerts(subject, listed)


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    V1ktor Dv3ssik | Viktor Dvessik
    Viktor Dv\u0435ssik | Viktor Dvessik
    \u0420\u0415\u0422\u0415\u0420 Dvessik | Peter Dvessik
    Vik\u200btor Dves\u00adsik | Viktor Dvessik
    Jarnal Dvessik | Jamal Dvessik
    Vlaclimir Zhorov | Vladimir Zhorov
    ZHOROVlC Anton | ZHOROVIC Anton
    Razclole Zhorov | Razdole Zhorov
    Omar Yln Zhorov | Omar Yin Zhorov
    rnohsin Zhorov | Mohsin Zhorov
    """),
)
def test_digits_look_alikes_invisible_characters_and_misread_letters_hide_nobody(
    subject: str, listed: str
) -> None:
    assert alerts(subject, listed)


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    DVESSIK, Viktor Orlan | Viktor Orlan Dvessik
    Orlan Viktor Dvessik | Viktor Orlan Dvessik
    ViktorDvessik | Viktor Dvessik
    Viktor Dves sik | Viktor Dvessik
    Vikto rDvessik | Viktor Dvessik
    AlRashidi Karim | Al-Rashidi Karim
    A. B. Karimov | Anvar Bekovich Karimov
    Dvessik V. | Viktor Dvessik
    Viktor Dvessik | Viktor Orlanovich Dvessik
    Dr. Viktor Dvessik | Viktor Dvessik
    Viktor Dvessik Jr. | Viktor Dvessik
    Viktor Dvessik, DR | Viktor Dvessik
    Anna van der Velm | Anna Velm
    Maria de la Zhora | Maria Zhora
    Karim Hassan Velmani | Karim bin Hassan al-Velmani
    Jean-Luc Dvessik | Jean Luc Dvessik
    Sean O'Dvessik | Sean ODvessik
    """),
)
def test_order_spaces_initials_titles_and_particles_do_not_matter(subject: str, listed: str) -> None:
    assert alerts(subject, listed)


def test_a_missing_patronymic_is_found_and_another_is_another_person() -> None:
    assert alerts("Viktor Dvessik", "Viktor Orlanovich Dvessik")
    assert not alerts("Viktor Tamsinovich Dvessik", "Viktor Orlanovich Dvessik")


def test_an_extra_nisba_is_found_and_another_is_another_person() -> None:
    assert alerts("Karim Hassan Velmani al-Zhori", "Karim Hassan Velmani")
    assert not alerts("Karim Hassan al-Zhori", "Karim Hassan al-Tamsini")


def test_another_patronymic_is_another_person_however_long_the_name() -> None:
    assert not alerts("Abdul Ghani Dvessik Hasib Velmani", "Abdul Ghani Dvessik Ahmad Velmani")


def test_father_and_son_are_not_each_other() -> None:
    assert not alerts("Karim bin Hassan", "Hassan bin Karim")


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Аркадий Ю. Двессик | Аркадий Юрьевич Двессик
    Ю. А. Двессик | Юрий Аркадьевич Двессик
    A. Yu. Dvessik | Arkady Yurievich Dvessik
    DVESSIK A.YU. | Arkady Yurievich Dvessik
    Kh. I. Dvessik | Khusan Isaevich Dvessik
    """),
)
def test_an_initial_of_two_latin_letters_is_an_initial(subject: str, listed: str) -> None:
    assert alerts(subject, listed)


def test_another_initial_is_another_person() -> None:
    assert not alerts("Frost, William G.", "William W Frost")


def test_a_name_of_one_word_is_found_as_a_whole_and_not_within_another() -> None:
    assert alerts("Dvessik", "Dvessik")
    assert not alerts("Dvessik", "Viktor Orlan Dvessik")
    assert alerts("Velm99", "Velm99")


def test_a_name_of_196_characters_is_compared_as_any_other() -> None:
    long = " ".join(["Quenbyvint", "Tamsinova", "Dvessikbek", "Orlanovich", "Zhorabaeva", "Velmanidze"] * 3)
    long = f"{long} X"[:196]
    assert len(long) == 196
    assert alerts(long, long)
    assert not alerts(long, "Viktor Orlan")


@pytest.mark.parametrize("name", ["", " ", "...", "\u200b", "()", "ء", "々", "𝔙", "-", "' '", "((", "\x00"])
def test_what_is_hardly_a_name_matches_no_name(name: str) -> None:
    assert compare_names(name, "Viktor Dvessik").score == 0.0
    assert compare_names("Viktor Dvessik", name).score == 0.0


def test_agreement_on_a_rare_word_is_more_than_on_a_common_one() -> None:
    rare = compare_names("Orlan Dvessik", "Tamsin Dvessik", Kind.PERSON).score
    common = compare_names("Orlan Mohammed", "Tamsin Mohammed", Kind.PERSON).score
    assert rare > common
    rare = compare_names("Omar Dvessik", "Dvessik", Kind.PERSON).score
    assert rare > compare_names("Omar Mohammed", "Mohammed", Kind.PERSON).score


# The same person in two scripts


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Виктор Карпенков | Viktor Karpenkov
    Евгений Пригожин | Jewgeni Prigoschin
    Евгений Пригожин | Evgueni Prigojine
    Дмитрий Щербаков | Dmitry Shcherbakov
    Игорь Бут | Igor Bout
    Юрий Михайлович Жорецкий | Jurij Michajlovic Zoreckij
    Юрий Михайлович Жорецкий | Jurij Michailowitsch Schorezki
    Юрий Михайлович Жорецкий | Iouri Mikhaïlovitch Joretski
    Юрий Михайлович Жорецкий | Jurij Michajlowicz Zorecki
    Юрий Михайлович Жорецкий | Joeri Michajlovitsj Zjoretski
    Yuriy Mikhaylovich Zhoretskiy | Iurii Mikhailovich Zhoretskii
    Yuriy Mikhaylovich Zhoretskiy | Jurij Michailowitsch Schorezki
    """),
)
def test_a_russian_is_found_however_the_name_is_romanised(subject: str, listed: str) -> None:
    assert alerts(subject, listed)


def test_a_ukrainian_is_found_in_latin_letters() -> None:
    assert alerts("Володимир Коваленко", "Volodymyr Kovalenko")
    assert alerts("Олександр Шевченко", "Oleksandr Shevchenko")
    assert alerts("Iгор Жорецький", "Ihor Zhoretskyi")  # with the i of a Latin keyboard
    assert alerts("Михайло Iванчук", "Mykhailo Ivanchuk")


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Володимир Миколайович Жорецький | Vladimir Nikolaevich Zhoretsky
    Zhoretska Nataliia Serhiivna | Natalia Sergeevna Zhoretskaya
    Юрий Евгеньевич Веленко | Yurii Yevhenovych Velenko
    Алег Леанідавіч Веленкаў | Oleg Leonidovich Velenkov
    Марына Сяргееўна Веленчык | Marina Sergeevna Velenchik
    Dzmitry Uladzimiravich Velenkou | Dmitry Vladimirovich Velenkov
    """),
)
def test_a_patronymic_is_one_name_in_the_languages_of_ukraine_belarus_and_russia(
    subject: str, listed: str
) -> None:
    assert alerts(subject, listed)


def test_the_patronymics_of_two_fathers_are_two_names_in_any_language() -> None:
    assert not alerts("Viktor Mykolaiovych Velenko", "Viktor Mikhailovich Velenko")
    assert not alerts("Sergeevna Velenko", "Sergeevich Velenko")


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    محمود الزهراني | Mahmoud al-Zahrani
    خالد المنصوري | Khalid Al Mansouri
    عبد الرحمن القحطاني | Abdul Rahman al-Qahtani
    عبدالرحمن القحطاني | Abderrahmane al-Qahtani
    نورالدین زهرانی | Nooruddin Zahrani
    شمس الدين زهراني | Shamsuddin Zahrani
    سيف الله زهراني | Saifullah Zahrani
    رضا نقدی زهرانی | Reza Naghdi Zahrani
    فضل ثاقب | Fazl Saqib
    جانان آغا | Janan Agha
    عبد الله الالفي | Abdullah al-Alfi
    انتصار الزهراني | Intisar al-Zahrani
    الله داد متین | Allah Dad Matin
    رئيف القوتلي | Ra'if al-Quwatly
    جمال لونيسي | Djamel Lounici
    السيد احمد زهراني | Sayed Ahmed Zahrani
    رضا حاجی زهرانی | Reza Zahrani
    """),
)
def test_an_arabic_name_is_found_in_latin_letters(subject: str, listed: str) -> None:
    assert alerts(subject, listed)


def test_a_persian_name_is_found_in_latin_letters() -> None:
    assert alerts("قاسم رستمی", "Qasem Rostami")
    assert alerts("مرتضی رضایی", "Morteza Rezaee")  # the last letter of the one is a, of the other y
    assert alerts("محمدرضا زهرانی", "Mohammad Reza Zahrani")
    assert alerts("Mohammad-Ali Zahrani", "محمدعلی زهرانی")
    assert not alerts("محمدعلی زهرانی", "Mohammad Ali")


def test_a_hebrew_name_is_found_in_latin_letters() -> None:
    assert alerts("בנימין גולדשטיין", "Binyamin Goldshtein")


def test_a_long_vowel_is_written_with_one_letter_or_two() -> None:
    assert alerts("Rasheed Velmanee", "Rashid Velmani")
    assert alerts("Noorudin Shahee", "Nurudin Shahi")


def test_a_long_name_is_found_from_its_last_word_to_its_first() -> None:
    assert alerts("Zhorov Orlan bin Karim", "Karim bin Orlan Zhorov")


def test_a_greek_name_is_found_by_its_sound() -> None:
    assert alerts("Γιώργος Παπανδρέου", "Giorgos Papandreou")
    assert alerts("Ντόρα Μπακογιάννη", "Dora Bakogianni")


def test_a_chinese_name_is_found_in_pinyin_in_both_orders_and_unspaced() -> None:
    assert alerts("蔡英文", "Cai Yingwen")
    assert alerts("蔡英文", "Yingwen Cai")
    assert alerts("蔡英文", "Cai Ying-wen")
    assert alerts("欧阳建国", "Ouyang Jianguo")
    assert alerts("曾志伟", "Zeng Zhiwei")  # the family name is read otherwise than the word


def test_wade_giles_and_pinyin_are_the_same_name() -> None:
    assert alerts("Teng Hsiao-ping", "Deng Xiaoping")
    assert alerts("Mao Tse-tung", "Mao Zedong")
    assert alerts("Hsi Chin-ping", "Xi Jinping")
    assert alerts("Hsi Hsiaoping", "Xi Xiaoping")
    assert alerts("Lo Tso-lin", "Luo Zuolin")  # o is their uo, but after k and h e


@pytest.mark.parametrize(
    ("subject", "listed"),
    [
        ("Arkady Sechin", "Arkady Secihn"),
        ("Arkady Machin", "Arkady Machni"),
        ("Pavlo Chiabi", "Pavlo Chiabbi"),
        ("Joao Santos", "Joao Santso"),
    ],
)
def test_a_name_that_is_also_two_syllables_of_wade_and_giles_is_compared_as_written(
    subject: str, listed: str
) -> None:
    assert alerts(subject, listed)
    assert alerts(listed, subject)


@pytest.mark.parametrize(
    ("subject", "listed"),
    [
        ("MuhammedAbd al-Razek Velmani", "Muhammed Abd al-Razek Velmani"),
        ("VELMANIAbd-al-Hadi", "VELMANI, Abd-al-Hadi"),
        ("سندسعبد الغفور", "سندس عبد الغفور"),
        ("صالحعبدالله", "صالح عبدالله"),
        ("شمس الرحم نعبد الظاهر", "شمس الرحمن عبد الظاهر"),
    ],
)
def test_abd_is_found_at_the_end_of_the_word_before(subject: str, listed: str) -> None:
    assert alerts(subject, listed)


def test_arabic_words_are_found_written_as_one() -> None:
    assert alerts("دینمحمدحنیف", "دین محمد حنیف")  # d and h stand side by side, which are no dh
    assert alerts("محمدحسنآخوند", "محمد حسن آخوند")


def test_cantonese_family_names_are_found() -> None:
    assert alerts("Wong Chi Keung", "Huang Chi Keung")
    assert alerts("Cheung Mei Ling", "Zhang Mei Ling")


def test_another_syllable_is_another_chinese_or_korean() -> None:
    assert not alerts("王建平", "Wang Jianguo")
    assert not alerts("정남 김", "김영남")
    assert not alerts("병철 예원 김", "김병철")
    assert not alerts("Li Wei", "Li Wei Dong")


def test_a_korean_name_is_found_unspaced_and_in_the_usual_romanisations() -> None:
    assert alerts("박근혜", "Park Geun-hye")
    assert alerts("김정은", "Kim Jong Un")
    assert alerts("Gim Jeong-eun", "Kim Jong Un")
    assert alerts("황길수", "Hwang Kil-su")
    assert alerts("노광철", "Kwang Chol No")
    assert alerts("신규남", "Sin Kyu-Nam")
    assert alerts("한학", "Han Hak")
    assert alerts("Keem Chol Sam", "Kim Chol Sam")
    assert alerts("Ree Hong-sop", "Ri Hong Sop")


def test_the_syllables_of_a_korean_name_in_one_word_keep_their_order() -> None:
    assert not alerts("김은정", "Kim Jong Un")


def test_a_japanese_name_is_found_from_kana() -> None:
    assert alerts("アベ シンゾウ", "Abe Shinzo")
    assert alerts("たなか ひろし", "Tanaka Hiroshi")


def test_a_thai_name_is_found_in_latin_letters() -> None:
    assert alerts("ทักษิณ ชินวัตร", "Thaksin Chinwat")


def test_a_hindi_name_is_found_in_latin_letters() -> None:
    assert alerts("नरेन्द्र मोदी", "Narendra Modi")


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Mohamed Dvessik | Muhammad Dvessik
    Mohsin Dvessik | Mohsen Dvessik
    Youssef Velmani | Yusuf Velmani
    Sasha Dvessik | Aleksandr Dvessik
    Bill Quenby | William Quenby
    Ben Quenby | Benjamin Quenby
    Gosha Dvessik | Igor Dvessik
    Nastja Velmani | Anastasia Velmani
    Kasia Velmani | Katarzyna Velmani
    Lalo Dvessik | Eduardo Dvessik
    Anna Karimova | Anna Karimov
    Irina Dvessikaya | Irina Dvessikaia
    """),
)
def test_nicknames_variants_and_the_endings_of_surnames_are_found(subject: str, listed: str) -> None:
    assert alerts(subject, listed)


def test_a_short_form_is_not_that_of_the_same_name_in_another_language() -> None:
    assert alerts("Jake Dvessik", "Jacob Dvessik")
    assert not alerts("Jake Dvessik", "Yaqub Dvessik")


# Companies


@pytest.mark.parametrize(
    "form",
    """
    LLC; L.L.C.; Limited; Ltd; GmbH; G.m.b.H.; SARL; S.à r.l.; S.r.l.; Ltda; B.V.; OOO; ООО; ТОВ; Sp. z o.o.;
    s.r.o.; Kft; d.o.o.; SIA; UAB; OÜ; ApS; Oy; Sdn Bhd; Pte Ltd; Pty Ltd; FZE; W.L.L.; EOOD;
    Limited Liability Company; Obshchestvo s Ogranichennoy Otvetstvennostyu;
    Gesellschaft mit beschränkter Haftung
    """.replace("\n", " ").split(";"),
)
def test_a_limited_company_is_the_same_in_twenty_languages(form: str) -> None:
    assert alerts(f"Velm Dvessik {form.strip()}", "Velm Dvessik LLC", Kind.COMPANY)


@pytest.mark.parametrize("form", ["CORP", "LLC", "Joint Stock Company", "GmbH & Co. KG", "OOO", "Holding"])
def test_a_legal_form_alone_matches_nobody(form: str) -> None:
    assert compare_names(form, f"Velm {form}", Kind.COMPANY).score < DEFAULT_THRESHOLD
    assert compare_names(form, form, Kind.COMPANY).score == 0.0


def test_two_letters_that_are_somebodys_name_are_no_legal_form() -> None:
    assert alerts("RT", "RT", Kind.COMPANY)  # short for the Hungarian részvénytársaság, too


@pytest.mark.parametrize(
    "slip",
    [
        "VELM DVESSIK JOYNT STOCK COMPANY",
        "VELM DVESSIK JOINT STOC KCOMPANY",
        "VELM DVESSIK LIMITE DLIABILITY COMPANY",
        "VELM DVESSIK JOINTSTOCK COMPANY",
        "VELM DVESSIK JOINT STOCK COrnPANY",
        "VELM DVESSIK AKCIOVÁ SPOOČNOSŤ",
        "SOCIEDA ANÓNIMA VELM DVESSIK",  # as near to the Italian società
        "SOCIEDAD ANÓMIMA ABIERTA VELM DVESSIK",
    ],
)
def test_a_slip_in_a_legal_form_makes_no_other_company(slip: str) -> None:
    assert alerts(slip, "VELM DVESSIK JOINT STOCK COMPANY", Kind.COMPANY)


def test_a_legal_form_is_found_behind_a_letter_of_the_word_before() -> None:
    assert alerts("ZHORA SHIPPIN GJOINT STOCK COMPANY", "ZHORA SHIPPING JOINT STOCK COMPANY", Kind.COMPANY)
    assert alerts("ZHORA VELMI NLIMITED LIABILITY COMPANY", "ZHORA VELMIN LLC", Kind.COMPANY)


def test_private_is_a_legal_form_at_the_end_of_a_name_alone() -> None:
    assert alerts("Zhora Infotech Private", "Zhora Infotech Private Limited", Kind.COMPANY)
    assert not alerts("Private Zhora Bank", "Zhora Bank", Kind.COMPANY)


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Velm Dvessik OqO | Velm Dvessik OOO
    Velm Tvvo Dvessik | Velm Two Dvessik
    Velm Dvessik PJmSC | Velm Dvessik PJSC
    JC Velm Dvessik | JSC Velm Dvessik
    Velm Dvessik OC., LTD. | Velm Dvessik CO., LTD.
    Velm Dvessik CO., LIMITE | Velm Dvessik CO., LIMITED
    Velm Dvessik LIMITED SIRKEIT | Velm Dvessik LIMITED SIRKETI
    Velm Dvessik NIDUSTRY | Velm Dvessik INDUSTRY
    Sociedad de Responsabilida dLimitada Velm Dvessik | Sociedad de Responsabilidad Limitada Velm Dvessik
    Velm Dvessik LTcl | Velm Dvessik LTD
    Velm ANf Dvessik Mining | Velm and Dvessik Mining
    Sons of teh Dvessik | Sons of the Dvessik
    Firsr Dvessik Mining | First Dvessik Mining
    INZHENERNAYA FIRA DVESSIK | INZHENERNAYA FIRMA DVESSIK
    Velm SHGP Dvessik CO | Velm SHPG Dvessik CO
    Dvessik Velm Research Centrw | Dvessik Velm Research Centre
    Zhorov SRVICE COMPANY | Zhorov SERVICE COMPANY
    Army ogf Zhorov and Dvessik | Army of Zhorov and Dvessik
    """),
)
def test_a_slip_in_an_abbreviation_or_a_small_word_makes_no_other_company(subject: str, listed: str) -> None:
    assert alerts(subject, listed, Kind.COMPANY)
    assert alerts(listed, subject, Kind.COMPANY)


def test_a_word_that_is_known_by_itself_is_no_slip_for_a_legal_form() -> None:
    assert not alerts("Velm Dvessik Kim", "Velm Dvessik Kft", Kind.COMPANY)


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Orion Shipping 2 LLC | Orion Shipping 5 LLC
    Orion Shipping Company 23 | Orion Shipping Company
    Tigris Textiles | Tigris Fertilizers
    Velm General Trading House LLC | Velm General Insurance House LLC
    Banco Dvessik, S.A. | Banco Dvessik Mexico, S.A.
    Velm Dvessik Capital | Velm Dvessik Capital Canada
    Government of Estonia | Government of Ethiopia
    Velm Partners IV Fund LLC | Velm Partners VII Fund LLC
    """),
)
def test_another_activity_place_number_or_generation_is_another_company(subject: str, listed: str) -> None:
    assert not alerts(subject, listed, Kind.COMPANY)


def test_a_country_or_branch_in_parentheses_is_no_name_of_its_own() -> None:
    assert not alerts(
        "Orlan Velm Cement (Hong Kong) Ltd", "Orlan Velm Textiles (Hong Kong) Ltd", Kind.COMPANY
    )
    assert not alerts("Dvessik Cement (Velm Branch)", "Zhora Textiles (Velm Branch)", Kind.COMPANY)
    assert alerts("Orlan Cement (Hong Kong) Ltd", "Orlan Cement Ltd", Kind.COMPANY)
    assert alerts("Zhora Textiles (Dvessik Velm)", "Dvessik Velm", Kind.COMPANY)


def test_what_stands_in_parentheses_explains_a_name() -> None:
    assert alerts("Dvessikbank (DVB)", "Dvessikbank", Kind.COMPANY)
    assert alerts("Velm Bank (Schweiz) AG", "Velm Bank AG", Kind.COMPANY)


@pytest.mark.parametrize(
    "held",
    [
        "Tamsin Quay Ltd f/k/a Velm Dvessik Export",
        "Tamsin Quay Ltd (formerly Velm Dvessik Export)",
        "Tamsin Quay Ltd a.k.a. Velm Dvessik Export",
        "Tamsin Quay Ltd d/b/a Velm Dvessik Export",
        "Tamsin Quay Ltd, formerly known as Velm Dvessik Export OOO",
    ],
)
def test_each_of_several_names_in_one_field_is_found(held: str) -> None:
    assert alerts(held, "Velm Dvessik Export LLC", Kind.COMPANY)
    assert alerts(held, "Tamsin Quay Limited", Kind.COMPANY)


@pytest.mark.parametrize(
    "held",
    [
        "Viktor Dvessik - account closed",
        "Viktor Dvessik (deceased)",
        "Viktor Dvessik deceased",
        "Viktor Dvessik c/o the bank",
        "Viktor Dvessik (do not mail)",
        "Estate of the late Viktor Dvessik",
        "Attn. Viktor Dvessik",
        "Account of Viktor Dvessik",
        "Beneficiary: Viktor Dvessik",
        "Viktor Dvessik 12/03/1962",
        "Viktor Dvessik, DOB 12.03.1962",
        "Viktor Dvessik (born 1962-03-12)",
        "Viktor Dvessik b. 1962",
        "Viktor Dvessik 12 March 1962",
    ],
)
def test_a_remark_or_a_birth_date_in_the_field_of_a_name_is_no_part_of_it(held: str) -> None:
    assert compare_names(held, "Viktor Dvessik", Kind.PERSON) == compare_names(
        "Viktor Dvessik", "Viktor Dvessik", Kind.PERSON
    )


def test_a_remark_on_a_companys_account_is_no_part_of_its_name() -> None:
    assert alerts("Orion Velm - account closed", "Orion Velm", Kind.COMPANY)
    assert alerts("Orion Velm (accounts payable)", "Orion Velm", Kind.COMPANY)
    assert alerts("Orion Velm Ltd (HQ)", "Orion Velm Limited", Kind.COMPANY)
    assert not alerts("Orion Closed Systems", "Orion Systems", Kind.COMPANY)
    assert not alerts("Orion Velm Estate", "Orion Velm", Kind.COMPANY)
    assert not alerts("Orion 17-03-2020 Front", "Orion 18-03-2020 Velm", Kind.COMPANY)


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    ZHORAII | ZHORA II
    ZHOR AII | ZHORA II
    VELMA TWO | VELM ATWO
    ZHORA1 | ZHORA 1
    ZHORA 6 | ZHORA6
    ZHRA 1 | ZHORA 1
    VELqI K | VELMI K
    """),
)
def test_a_ship_is_found_however_its_number_is_written_to_its_name(subject: str, listed: str) -> None:
    assert alerts(subject, listed, Kind.VESSEL)


@pytest.mark.parametrize(
    "written", ["Abd Allah", "Abd-Allah", "Abd al-Lah", "Abd ullah", "عبد الله", "عبدالله"]
)
def test_abdullah_is_one_name_however_many_words_it_is_written_in(written: str) -> None:
    assert alerts(f"{written} Zhorov", "Abdullah Zhorov")
    assert not alerts(f"{written} Zhorov", "Abdul Rahman Zhorov")


@pytest.mark.parametrize(
    ("subject", "listed"),
    cases("""
    Avd al-Zhorad Velmani | Abd al-Zhorad Velmani
    Badel Zhorad Velmani | Abdel Zhorad Velmani
    Hjajj Zhorad | Hajj Zhorad
    "VELMANI, Shaykhh" | "VELMANI, Shaykh"
    """),
)
def test_a_slip_in_abdul_or_in_a_title_hides_nobody(subject: str, listed: str) -> None:
    assert alerts(subject, listed)
    assert alerts(listed, subject)


@pytest.mark.parametrize(
    ("subject", "listed", "kind"),
    cases("""
    Svetlana Orlanova Karpenk | Svetlana Orlanova Karpenkova | person
    Omar Velmani Zhorov Abdulr | Omar Velmani Zhorov Abdulrahman | person
    محمود عبد الرحمن الزهر | محمود عبد الرحمن الزهراني | person
    Velm Dvessik Shipping Compa | Velm Dvessik Shipping Company | company
    Dvessik Velm Industrial Foundat | Dvessik Velm Industrial Foundation | organization
    """),
)
def test_a_name_that_a_field_cut_off_is_found(subject: str, listed: str, kind: str) -> None:
    assert alerts(subject, listed, kind)


def test_a_short_name_or_one_that_ends_in_a_mark_was_not_cut_off() -> None:
    assert not alerts("Omar Zhorov Velm", "Omar Zhorov Velmannov")
    assert not alerts("Dvessik Orlan Shipping 'Velm'", "Dvessik Orlan Shipping 'Velmannov'", Kind.COMPANY)
    assert not alerts("Svetlana Orlanova Ka", "Svetlana Orlanova Karpenkova")


def test_a_ships_roman_number_is_read_as_a_scanner_does() -> None:
    assert alerts("ZHORA lV", "ZHORA IV", Kind.VESSEL)
    assert not alerts("ZHORA lV", "ZHORA VI", Kind.VESSEL)


def test_the_law_of_islam_is_no_form_of_company() -> None:
    assert alerts("Zhorov al-Sharla", "Zhorov al-Sharia", Kind.ORGANIZATION)


def test_an_honour_after_a_name_is_no_part_of_it() -> None:
    assert alerts("Dvessik, OBE", "Dvessik")


def test_an_acronym_of_a_listed_company_is_found() -> None:
    assert alerts("ZVSL", "Zhora Velm Shipping Lines", Kind.COMPANY)
    assert alerts("ZVSL LLC", "Zhora Velm Shipping Lines LLC", Kind.COMPANY)
    assert not alerts("Zhora Velm Shipping Lines", "Zircon Vint Steel Logistics", Kind.COMPANY)


def test_abbreviations_of_companies_are_found() -> None:
    assert alerts("First Bank Int'l", "First International Bank", Kind.COMPANY)
    assert alerts("Velm Trdg Co.", "Velm Trading Company", Kind.COMPANY)
    assert alerts("Velm & Dvessik", "Velm and Dvessik", Kind.COMPANY)
