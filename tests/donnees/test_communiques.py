"""Every figure taken from the five press releases can be read in them."""

import hashlib
import re
import unicodedata

import pytest

# Several figures are written in letters.
EN_LETTRES = {
    1: ["une"],
    2: ["deux"],
    5: ["cinquieme"],
    50: ["cinquantaine"],
    100: ["centaine"],
}
# The words that carry each indicator, in the releases.
UNITES = {
    "communes_annoncees": "communes",
    "population_annoncee": "habitants",
    "professionnels_annonces": "professionnels",
    "etablissements_annonces": "etablissements",
    "membres_annonces": "membres",
    "part_sans_medecin_traitant": "%",
}
QUALIFICATIFS = {
    "egal": "",
    "environ": r"(?:une |quelque )",
    "plus_de": "plus de ",
    "pres_de": "pres de ",
}
DEPARTEMENTS = {
    "21": "cote-d'or",
    "25": "doubs",
    "39": "jura",
    "58": "nievre",
    "70": "haute-saone",
    "71": "saone et loire",
    "89": "yonne",
}
EMPREINTES = {
    "000_c947f8d090bb9649.txt": "3e88e449f102df79a19330f7b2981a4d5906b4dff64c52c3032cf330ea975fac",
    "001_fa4dde7b13394cad.txt": "6f781ef2deaf23ffa41aa17bbb556ce0320c028ab911a2ed533f1cd9248ca6b3",
    "002_a047bcf6e64303ce.txt": "22d26be02e74501c6dafddc91ebf81d0c907e38cc135d9e78805515cae887d78",
    "003_cdceb788aaf07a9d.txt": "a1d9207b6eddbf899ca28969977bed0b91c510ab756391d283e4c596f9780ba5",
    "004_b2de726ed1b71ae7.txt": "c13ea279762dc9897088342079bee36de4063bce09bff001fbc577568fd98658",
}


def simplify(texte: str) -> str:
    """Lower case, no accent, one space between words, « 8% » and « 43 000 » written one way."""
    nu = unicodedata.normalize("NFKD", texte.replace("’", "'")).lower()
    nu = "".join(signe for signe in nu if not unicodedata.combining(signe))
    nu = re.sub(r"\s+", " ", nu)
    nu = re.sub(r"(?<=\d) (?=\d{3}\b)", "", nu)
    return re.sub(r"(?<=\d) ?%", " %", nu)


def written(valeur: str) -> str:
    nombre = float(valeur)
    formes = [f"{nombre:g}".replace(".", ","), *EN_LETTRES.get(nombre, [])]
    return rf"\b(?:{'|'.join(formes)})\b"


@pytest.fixture(scope="module")
def textes(data, read_table):
    """Return the releases of each source, simplified; two forms of one release both count."""
    sources = read_table("sources")
    return {
        source.source_id: [
            simplify((data / "sources" / nom).read_text(encoding="utf-8"))
            for nom in source.fichier.split(" ; ")
        ]
        for source in sources[sources["fichier"] != ""].itertuples()
    }


@pytest.mark.parametrize(("nom", "sha256"), EMPREINTES.items())
def test_releases_are_unchanged_and_described(data, nom, sha256):
    empreinte = hashlib.sha256((data / "sources" / nom).read_bytes()).hexdigest()
    assert empreinte == sha256
    assert f"| `{nom}` |" in (data / "README.md").read_text(encoding="utf-8")
    assert empreinte in (data / "README.md").read_text(encoding="utf-8")


def test_every_release_is_a_source(data, read_table):
    cites = {nom for liste in read_table("sources")["fichier"] for nom in liste.split(" ; ") if nom}
    assert cites == {chemin.name for chemin in (data / "sources").iterdir()} == set(EMPREINTES)


def test_published_figures_are_in_their_release(textes, read_table):
    faits = read_table("cpts_faits")
    faits = faits[faits["source_id"].isin(list(textes))]
    assert len(faits) == 17
    absents = [
        (fait.cpts_id, fait.indicateur, fait.valeur)
        for fait in faits.itertuples()
        for texte in textes[fait.source_id]
        if not re.search(
            QUALIFICATIFS[fait.qualificatif]
            + written(fait.valeur)
            + r"(?: de)? "
            + UNITES[fait.indicateur],
            texte,
        )
    ]
    assert absents == []


def test_published_milestones_are_in_their_release(textes, read_table):
    jalons = read_table("jalons")
    jalons = jalons[jalons["source_id"].isin(list(textes))]
    assert len(jalons) == 12
    absents = []
    for jalon in jalons.itertuples():
        if jalon.zone == "departement":
            motif = (
                written(jalon.valeur)
                + r"(?: cpts mise en place)? (?:en|dans le|dans la|dans l')? ?"
            )
            motif += DEPARTEMENTS[jalon.code_zone]
        else:
            motif = written(jalon.valeur) + r" (?:cpts|ctps|projets|sont en cours)"
        absents += [
            (jalon.code_zone, jalon.etape_mot_source, jalon.valeur)
            for texte in textes[jalon.source_id]
            if not re.search(motif, texte)
        ]
    assert absents == []


def test_a_figure_that_was_not_published_is_not_found(textes):
    """Guards the two tests above: the search does tell figures apart."""
    (texte,) = textes["cp-hericourt-2024"]
    assert re.search(written("21000") + " habitants", texte)
    assert not re.search(written("1000") + " habitants", texte)
    assert not re.search(written("22000") + " habitants", texte)


def test_the_place_of_a_signature_and_a_member_are_no_partners(read_table, textes):
    """The releases of 6 May 2022 and 30 March 2023."""
    haute_saone, haut_doubs = (textes[i][0] for i in ("cp-haute-saone-2022", "cp-haut-doubs-2023"))
    assert "au siege du groupe hospitalier de la haute-saone" in haute_saone
    assert "regroupe une cinquantaine de membres : " in haut_doubs
    membres, partenaires = haut_doubs.split("regroupe une cinquantaine")[1].split("collaboration")[
        :2
    ]
    assert "dispositif d'appui" in membres
    assert "dispositif d'appui" not in partenaires
    siens = read_table("cpts_fiches").set_index("cpts_id")["partenaires"].map(simplify)
    assert "groupe hospitalier" not in siens["cpts-bassin-vesulien"]
    assert "dispositif d'appui" not in siens["cpts-portes-haut-doubs"]
