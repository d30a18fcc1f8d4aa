"""The table of memberships: it reads back as it was, and says what a hand has broken."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atelier.composition import take_composition
from geo.atelier.etat import Composition, Cpts
from geo.atelier.table import COLONNES, membership_table, read_membership_table
from geo.erreurs import DonneesInvalides
from geo.export import to_csv, to_xlsx
from geo.importation.rapprochement import clean_name
from geo.perimetre import CONFIANCES
from tests.importation.fabrique import xlsx

LUXEUIL, VESOUL = "70311", "70550"
NOMS = (
    st.one_of(
        st.text(min_size=1, max_size=20),
        st.builds(
            "{}{}".format,
            st.sampled_from(("=", "'=", "''=", "'", "-1", "+33", "@", "＝", "_x0041_", 'é;,"')),
            st.text(max_size=5),
        ),
    )
    .map(clean_name)
    .filter(bool)
)


def write_csv(atlas, composition: Composition) -> bytes:
    return to_csv(membership_table(atlas.communes, composition))


def write_xlsx(atlas, composition: Composition) -> bytes:
    table = membership_table(atlas.communes, composition)
    return to_xlsx({"Rattachements": table}, atlas.sources)


STATUTS = st.sampled_from(("inconnu", "aci_signe", "lancee"))
ADHESIONS = st.dictionaries(
    st.integers(0, 3).map("cpts-{}".format), st.sampled_from(CONFIANCES), min_size=1
)


@st.composite
def compositions(draw) -> Composition:
    noms = draw(
        st.lists(st.tuples(NOMS, STATUTS), min_size=4, max_size=4, unique_by=lambda n: n[0])
    )
    adhesions = draw(st.dictionaries(st.sampled_from((LUXEUIL, VESOUL, "70001")), ADHESIONS))
    return Composition(
        {f"cpts-{rang}": Cpts(*lue) for rang, lue in enumerate(noms)},
        {code: tuple(sorted(siennes.items())) for code, siennes in adhesions.items()},
    )


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@given(compositions())
def test_any_composition_reads_back_as_it_was(atlas, write, composition):
    assert read_membership_table("t", write(atlas, composition), atlas)[0] == composition


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_the_shipped_composition_reads_back_as_it_was(atlas, write):
    composition = take_composition(atlas)
    assert read_membership_table("t", write(atlas, composition), atlas) == (composition, ())


def test_the_table_has_a_row_a_membership_sorted_and_one_for_each_cpts_without_commune(atlas):
    composition = Composition(
        {"cpts-z": Cpts("Z", "inconnu"), "cpts-a": Cpts("A", "lancee"), "cpts-b": Cpts("B", "x")},
        {
            VESOUL: (("cpts-b", "deduit"),),
            LUXEUIL: (("cpts-a", "documente"), ("cpts-b", "hypothese")),
            "99999": (("cpts-b", "documente"),),
        },
    )
    table = membership_table(atlas.communes, composition)
    assert tuple(table.columns) == COLONNES
    assert table["code_commune"].fillna("").to_list() == [LUXEUIL, LUXEUIL, VESOUL, "99999", ""]
    assert table["cpts_id"].to_list() == ["cpts-a", "cpts-b", "cpts-b", "cpts-b", "cpts-z"]
    assert table.loc[0, "population"] == atlas.communes.loc[LUXEUIL, "population"]
    assert table.loc[3:, ["nom_commune", "population"]].isna().all(axis=None)
    assert b"70311;Luxeuil-les-Bains;70;" in to_csv(table)


def edit(atlas, change) -> bytes:
    """Change the rows of the shipped table, as a hand would in a spreadsheet."""
    texte = write_csv(atlas, take_composition(atlas)).decode("utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(texte), delimiter=";"))
    change(lignes)
    ecrit = io.StringIO()
    ecriture = csv.DictWriter(ecrit, COLONNES, delimiter=";")
    ecriture.writeheader()
    ecriture.writerows(lignes)
    return ecrit.getvalue().encode()


def set_cells(rang: int, **cellules: str):
    return lambda lignes: lignes[rang].update(cellules)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            set_cells(0, code_commune="99999", nom_commune=""),
            r"ligne 2 : « 99999 » n'est pas le code",
        ),
        (set_cells(1, confiance="sûre"), r"ligne 3 : « sûre » n'est pas une confiance.*hypothese"),
        (lambda lignes: lignes.append(lignes[0]), r"est déjà dans « .* »"),
        (set_cells(0, cpts="Autre"), r"s'appelle ici « .* », plus haut « Autre »"),
        (set_cells(0, statut="lettre_intention"), r"est ici à l'étape"),
        (
            set_cells(0, statut="x", cpts_id="cpts-x"),
            r"« x » n'est pas une étape connue.*aci_signe",
        ),
        (set_cells(0, cpts_id=""), r"L'identifiant de la CPTS \(cpts_id\) manque"),
        (set_cells(0, cpts_id="CPTS X"), r"« CPTS X » n'est pas un identifiant"),
        (set_cells(0, cpts_id="cpts-x"), r"ont le même nom"),
        (set_cells(0, cpts_id="cpts-x", cpts=""), r"Le nom de la CPTS manque"),
        (set_cells(0, nom_commune="Vesoul"), r"pas de « Vesoul ».*triée sans les autres"),
        (set_cells(0, code_commune=""), r"Le code de la commune manque"),
    ],
)
def test_what_a_hand_has_broken_is_told_with_its_remedy(atlas, change, message):
    with pytest.raises(DonneesInvalides, match=message) as refus:
        read_membership_table("t.csv", edit(atlas, change), atlas)
    assert all(probleme.remede.endswith(".") for probleme in refus.value.problemes)


def test_every_problem_is_told_at_once_and_the_lines_of_one_together(atlas):
    def break_all(lignes):
        for rang in range(12):
            lignes[rang]["confiance"] = "sûre"
        lignes[20]["code_commune"] = "x"

    with pytest.raises(DonneesInvalides) as refus:
        read_membership_table("t.csv", edit(atlas, break_all), atlas)
    messages = [probleme.message for probleme in refus.value.problemes]
    assert len(messages) == 2
    assert messages[0].startswith("lignes 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 et 2 autres : « sûre »")


def test_codes_that_a_spreadsheet_took_for_numbers_are_read(atlas):
    composition = take_composition(atlas)
    table = membership_table(atlas.communes, composition)
    code = next((c for c in atlas.communes.index if c.startswith("0")), None)
    codes = {VESOUL: 70550} | ({code: int(code)} if code else {})
    cpts = table.iloc[0]
    lignes = [
        (nombre, None, None, None, None, None, cpts.cpts_id, cpts.cpts, cpts.statut, "documente")
        for nombre in codes.values()
    ]
    lue, _ = read_membership_table("t.xlsx", xlsx([COLONNES, *lignes]), atlas)
    assert set(lue.adhesions) == set(codes)


def test_a_planners_table_replaces_the_cpts_that_it_names_and_no_other(atlas):
    avant = take_composition(atlas)
    nom = avant.cpts["cpts-luxeuil"].nom
    contenu = f"Code INSEE;CPTS\n{VESOUL};{nom}\n{LUXEUIL};CPTS Toute neuve\n".encode()
    apres, remarques = read_membership_table("t.csv", contenu, atlas)
    [nouvelle] = apres.cpts.keys() - avant.cpts.keys()
    assert apres.cpts[nouvelle] == Cpts("CPTS Toute neuve", "inconnu")
    assert apres.cpts.items() >= avant.cpts.items()
    membres = {
        cpts_id: {code for code, siennes in apres.adhesions.items() if cpts_id in dict(siennes)}
        for cpts_id in ("cpts-luxeuil", nouvelle)
    }
    assert membres == {"cpts-luxeuil": {VESOUL}, nouvelle: {LUXEUIL}}
    touchees = {"cpts-luxeuil", nouvelle}
    for code in avant.adhesions.keys() | apres.adhesions.keys():
        autres = [
            [a for a in c.adhesions.get(code, ()) if a[0] not in touchees] for c in (avant, apres)
        ]
        assert autres[0] == autres[1]
    assert any("perd" in remarque.message for remarque in remarques)


def test_what_blocks_a_planners_table_is_told_whole(atlas):
    contenu = b"Code INSEE;CPTS\n99998;CPTS A\n99999;CPTS A\n"
    with pytest.raises(DonneesInvalides) as refus:
        read_membership_table("t.csv", contenu, atlas)
    fichiers = {probleme.fichier for probleme in refus.value.problemes}
    assert fichiers >= {"t.csv, ligne 2", "t.csv, ligne 3"}


@pytest.mark.parametrize("contenu", [b"", b"%PDF-1.7", b"bonjour", b"\x00" * 50])
def test_what_is_no_table_is_refused(atlas, contenu):
    with pytest.raises(DonneesInvalides):
        read_membership_table("t", contenu, atlas)


def test_a_workbook_saved_again_by_another_software_reads_back(atlas):
    composition = take_composition(atlas)
    classeur = openpyxl.load_workbook(io.BytesIO(write_xlsx(atlas, composition)))
    octets = io.BytesIO()
    classeur.save(octets)
    assert read_membership_table("t.xlsx", octets.getvalue(), atlas)[0] == composition


def test_columns_that_were_moved_and_one_that_was_added_change_nothing(atlas):
    depart = take_composition(atlas)
    table = membership_table(atlas.communes, depart)
    autre = table[list(reversed(table.columns))].drop(columns="population").assign(note="vu")
    autre.columns = [titre.upper() for titre in autre.columns]
    lue, _ = read_membership_table("table.csv", to_csv(autre), atlas)
    assert lue == depart
