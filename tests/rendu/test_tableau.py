"""A table as HTML: the same cells as a table and as cards, every text escaped."""

from xml.etree import ElementTree as ET

from rendu.tableau import (
    TIRET,
    Colonne,
    Groupe,
    Ligne,
    Partie,
    keep_differences,
    write_liste,
    write_tableau,
)

HOSTILE = '<img src=x onerror=alert(1)> & "q"'
COLONNES = (Colonne("Ouest", "(référence)"), Colonne("Est"))


def row(libelle: str, *textes: str) -> Ligne:
    return Ligne(libelle, tuple((Partie(texte),) for texte in textes))


def parse(html: str) -> ET.Element:
    return ET.fromstring(html)  # noqa: S314 - written by what is tested


def read(groupes, colonnes=COLONNES) -> ET.Element:
    return parse(write_tableau("Essai", colonnes, groupes))


def text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_each_cell_is_in_the_table_and_in_the_card_of_its_column():
    racine = read([Groupe("Santé", (row("Lits", "12", "34"),))])
    table, fiches = racine
    assert [text(th) for th in table.findall("thead//th")] == ["Ouest (référence)", "Est"]
    groupe, ligne = table.findall("tbody/tr")
    assert text(groupe) == "Santé"
    assert [text(case) for case in ligne] == ["Lits", "12", "34"]
    assert [text(fiche) for fiche in fiches] == [
        "Ouest (référence)SantéLits12",
        "EstSantéLits34",
    ]


def test_a_dash_says_why_on_demand():
    ligne = Ligne("Lits", ((Partie("12", "de 2020"),), (Partie(TIRET, pourquoi="non publié"),)))
    racine = read([Groupe("Santé", (ligne,))])
    avec, sans = racine.findall("table//td")[1:]
    assert avec.find(".//details") is None
    assert text(avec) == "12 de 2020"
    details = sans.find(".//details")
    assert "open" not in details.attrib
    assert text(details.find("summary")) == TIRET
    assert details.find("summary").get("title") == text(details.find("small")) == "non publié"


def test_every_text_is_escaped():
    ligne = Ligne(
        HOSTILE, ((Partie(HOSTILE, HOSTILE),), (Partie(TIRET, pourquoi=HOSTILE),)), HOSTILE
    )
    colonnes = (Colonne(HOSTILE, HOSTILE), Colonne("Est"))
    html = write_tableau(HOSTILE, colonnes, [Groupe(HOSTILE, (ligne,))])
    assert "<img" not in html
    racine = parse(html)
    assert text(racine.find("table/thead//th")).startswith(HOSTILE)
    assert racine.find(".//summary").get("title") == HOSTILE


def test_only_rows_that_differ_are_kept_and_groups_that_have_some():
    memes = Ligne(
        "B",
        (
            (Partie("1"), Partie("référence", seconde=True)),
            (Partie("1"), Partie("0", seconde=True)),
        ),
    )
    muette = Ligne("C", ((Partie(TIRET, pourquoi="x"),), (Partie(TIRET, pourquoi="y"),)))
    bases = Ligne("D", ((Partie("10 %", "de tous"),), (Partie("10 %", "des adultes"),)))
    groupes = [
        Groupe("Un", (row("A", "1", "2"), memes)),
        Groupe("Deux", (muette,)),
        Groupe("Trois", (bases,)),
    ]
    gardes = keep_differences(groupes)
    assert [(g.titre, [ligne.libelle for ligne in g.lignes]) for g in gardes] == [
        ("Un", ["A"]),
        ("Trois", ["D"]),
    ]


def test_a_list_names_its_rows_and_escapes_every_text():
    html = write_liste(
        HOSTILE,
        (Colonne("CPTS"), Colonne("Habitants", "avec la zone")),
        [((Partie(HOSTILE), Partie("documenté", seconde=True)), (Partie("12"),))],
    )
    assert "<img" not in html
    tetes, ligne = parse(html).iter("tr")
    assert [text(th) for th in tetes] == ["CPTS", "Habitants avec la zone"]
    nom, chiffre = ligne
    assert (nom.tag, nom.get("scope"), text(nom[0])) == ("th", "row", HOSTILE)
    assert text(chiffre) == "12"
