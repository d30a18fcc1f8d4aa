"""A scenario put in use, on the drawn folder of ``tests/geo/dessin.py`` and on the shipped data."""

import datetime as dt
import re
from dataclasses import replace

import pandas as pd
import pytest
from frictionless import Resource, Schema
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.atelier.composition import take_composition
from geo.atelier.deroule import Deroule
from geo.atelier.etat import Composition
from geo.atelier.gestes import (
    ATTRIBUER,
    CREER,
    FUSIONNER,
    RENOMMER,
    SCINDER,
    SUPPRIMER,
    Geste,
    GesteRefuse,
)
from geo.atelier.mise_en_service import Projet, make_tables, prepare
from geo.chargement import load
from geo.erreurs import DonneesInvalides
from geo.importation.service import publish
from geo.importation.tables import SourceImport
from geo.importation.versions import Depot, ImportRefuse
from geo.lecture.schemas import SCHEMAS_DIR
from tests.conftest import DATA
from tests.geo.dessin import A, B, C, D, E, write_dossier

SOURCE = SourceImport("Essai « sud »", "Camille", "vu le 5", dt.date(2026, 5, 6))
OUEST, EST, LOIN, NEUVE = "cpts-ouest", "cpts-est", "cpts-loin", "cpts-neuve"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_dossier(tmp_path_factory.mktemp("base") / "data")


@pytest.fixture(scope="module")
def dessine(base):
    return load(base)


@pytest.fixture
def depot(tmp_path, base):
    return Depot(tmp_path / "var", base)


def play(atlas, *gestes: Geste) -> Composition:
    return Deroule(take_composition(atlas), gestes).etat.composition()


def prepare_projet(depot, atlas, projet: Projet):
    return prepare(
        depot,
        atlas,
        projet,
        SOURCE,
        depuis=depot.actuel(),
        definition="fonctionnement",
        step=lambda _: None,
    )


def put_in_use(depot, atlas, composition, **projet):
    """Publish a scenario; the atlas is that of what was prepared, which is what was published."""
    pret = prepare_projet(depot, atlas, Projet(composition, **projet))
    return publish(depot, pret), pret.apres


def rows(depot, nom) -> pd.DataFrame:
    return pd.read_csv(depot.actuel() / f"{nom}.csv", dtype="str", keep_default_na=False)


def test_a_scenario_put_in_use_reads_back_and_the_former_version_comes_back(depot, dessine):
    apres = play(
        dessine,
        Geste(CREER, cible=NEUVE, nom="CPTS Neuve", statut="projet_valide", codes=(D,)),
        Geste(ATTRIBUER, vers={EST: (B,)}),
        Geste(RENOMMER, cpts=(EST,), nom="=CPTS de l'Est", statut="aci_signe"),
        Geste(SUPPRIMER, cpts=(LOIN,)),
    )
    version, atlas = put_in_use(depot, dessine, apres, motifs={NEUVE: "bassin\nde vie"})
    assert take_composition(atlas) == take_composition(load(depot.actuel())) == apres
    assert (version.fichier, version.auteur, version.cpts) == ("Essai « sud »", "Camille", 3)
    depot.restore(0)
    assert take_composition(load(depot.actuel())) == take_composition(dessine)


def test_each_table_says_where_it_comes_from(depot, dessine):
    apres = play(
        dessine,
        Geste(CREER, cible=NEUVE, nom="CPTS Neuve", codes=(D,)),
        Geste(ATTRIBUER, vers={EST: (B,)}),
        Geste(RENOMMER, cpts=(EST,), nom="CPTS Levant", statut="aci_signe"),
    )
    _, atlas = put_in_use(depot, dessine, apres, motifs={EST: "un seul\nbassin"})
    perimetres = rows(depot, "perimetres").set_index(["cpts_id", "code_unite"])
    [source_id] = set(atlas.sources.index) - set(dessine.sources.index)
    dites = perimetres["justification"]
    assert dites[NEUVE, D] == "composée dans l'atelier, scénario « Essai « sud » »"
    assert dites[EST, B].startswith("composée dans l'atelier, scénario")
    assert dites[EST, B].endswith(" : un seul bassin")
    assert dites[EST, C].startswith("gardée telle quelle dans l'atelier")
    assert set(perimetres["source_ids"]) == {source_id}
    assert atlas.sources.loc[source_id, "titre"] == (
        "Scénario composé dans l'atelier « Essai « sud » » : vu le 5"
    )
    fiches = rows(depot, "cpts_fiches").set_index("cpts_id")
    neuve, est, ouest = fiches.loc[NEUVE], fiches.loc[EST], fiches.loc[OUEST]
    assert neuve[["departements", "code_commune_repere", "statut", "date_precision"]].to_list() == [
        "70", D, "inconnu", "inconnue",
    ]  # fmt: skip
    assert neuve[["date_min", "date_max", "source_id"]].to_list() == ["", "", source_id]
    assert (est["departements"], est["code_commune_repere"]) == ("70|52|21", C)
    assert (est["statut"], est["date_precision"]) == ("aci_signe", "inconnue")
    assert "auparavant : lancée officiellement, 2021-09-16" in est["note"]
    assert "auparavant « CPTS Est »" in est["note"]
    assert ouest["departements"] == "21"


def test_what_the_scenario_does_not_touch_is_written_as_it_was(depot, dessine):
    apres = play(dessine, Geste(ATTRIBUER, vers={EST: (D,)}))
    avant = {nom: rows(depot, nom) for nom in ("cpts", "perimetres", "cpts_fiches", "cpts_faits")}
    put_in_use(depot, dessine, apres)
    for nom, table in avant.items():
        ecrite = rows(depot, nom)[table.columns]
        garde = table["cpts_id"] != EST
        pd.testing.assert_frame_equal(
            ecrite[ecrite["cpts_id"] != EST].reset_index(drop=True),
            table[garde].reset_index(drop=True),
        )


def test_a_membership_that_stays_keeps_the_sources_of_its_cpts(atlas):
    avant = take_composition(atlas)
    vesoul = "cpts-luxeuil"
    code = next(c for c, s in avant.adhesions.items() if vesoul in dict(s))
    apres = play(atlas, Geste(ATTRIBUER, codes=(code,)))
    tables = make_tables(atlas, DATA, Projet(apres), SOURCE)
    lues = pd.read_csv(pd.io.common.BytesIO(tables["perimetres.csv"]), dtype="str")
    siennes = lues[lues["cpts_id"] == vesoul]
    assert siennes["source_ids"].str.startswith("cp-haute-saone-2022|import-2026-05-06").all()
    assert siennes["justification"].str.startswith("gardée telle quelle").all()


def test_a_cpts_taken_out_goes_with_its_perimeter_and_its_facts(depot, dessine):
    _, atlas = put_in_use(depot, dessine, play(dessine, Geste(SUPPRIMER, cpts=(OUEST,))))
    assert OUEST not in atlas.fiches.index
    for nom in ("cpts", "perimetres", "cpts_fiches", "cpts_faits"):
        assert OUEST not in set(rows(depot, nom)["cpts_id"])
    assert LOIN in set(rows(depot, "cpts_faits")["cpts_id"])


def test_a_cpts_that_loses_all_its_communes_keeps_its_sheet_and_says_so(depot, dessine):
    _, atlas = put_in_use(depot, dessine, play(dessine, Geste(ATTRIBUER, codes=(A, B))))
    assert not atlas.fiches.loc[OUEST, "dessinee"]
    assert (
        "périmètre ôté par un scénario de l'atelier le 06/05/2026"
        in (atlas.fiches.loc[OUEST, "note"])
    )


@pytest.mark.parametrize(
    ("complets", "attendu"), [(frozenset(), "non"), (frozenset({"70"}), "oui")]
)
def test_a_department_that_changes_is_complete_only_if_said_again(
    depot, dessine, complets, attendu
):
    apres = play(dessine, Geste(ATTRIBUER, vers={EST: (D,)}))
    put_in_use(depot, dessine, apres, complets=complets)
    completude = rows(depot, "completude").set_index("code_departement")
    assert completude.loc["70", "complet"] == attendu
    assert "06/05/2026" in completude.loc["70", "note"]
    assert completude.loc["21", "complet"] == "non"


def test_a_new_name_alone_leaves_completeness_alone(depot, dessine):
    put_in_use(depot, dessine, play(dessine, Geste(RENOMMER, cpts=(EST,), nom="Levant")))
    assert rows(depot, "completude").set_index("code_departement").loc["70", "complet"] == "oui"


def test_what_keeps_a_scenario_from_being_a_version_is_told_at_once(depot, dessine):
    apres = play(dessine, Geste(CREER, cible=NEUVE, nom="CPTS Neuve"))
    apres = replace(apres, adhesions=apres.adhesions | {"21999": ((EST, "documente"),)})
    with pytest.raises(ImportRefuse, match=r"ne sont plus dans les données.*21999.*« CPTS Neuve »"):
        put_in_use(depot, dessine, apres)
    assert depot.versions() == []


def test_a_scenario_that_changes_nothing_is_no_version(depot, dessine):
    with pytest.raises(ImportRefuse, match="ne change rien"):
        put_in_use(depot, dessine, take_composition(dessine))


def test_a_stage_that_does_not_exist_is_refused_and_leaves_nothing(depot, dessine):
    apres = play(dessine, Geste(RENOMMER, cpts=(EST,), nom="Levant", statut="revee"))
    with pytest.raises(DonneesInvalides, match=re.escape("revee")):
        put_in_use(depot, dessine, apres)
    assert depot.versions() == []
    assert not list(depot.dossier.glob("preparation-*/"))


def test_data_that_changed_meanwhile_are_told(depot, dessine):
    ancien = replace(dessine, empreinte="autre")
    with pytest.raises(ImportRefuse, match="ont changé entre-temps"):
        put_in_use(depot, ancien, play(dessine, Geste(ATTRIBUER, vers={EST: (D,)})))


def test_every_table_respects_its_schema(depot, dessine):
    apres = play(
        dessine,
        Geste(SCINDER, cpts=(EST,), cible=NEUVE, nom="CPTS Neuve", codes=(E,)),
        Geste(FUSIONNER, cpts=(LOIN,), cible=OUEST),
    )
    put_in_use(depot, dessine, apres)
    for nom in ("cpts", "cpts_fiches", "sources", "completude"):
        schema = Schema.from_descriptor(str(SCHEMAS_DIR / f"{nom}.json"))
        schema.foreign_keys = []
        table = Resource(path=f"{nom}.csv", basepath=str(depot.actuel()), schema=schema)
        assert table.validate().valid, nom


COMMUNES = st.lists(st.sampled_from((A, B, C, D, E)), unique=True, min_size=1, max_size=3)
CONNUES = st.sampled_from((OUEST, EST, LOIN))
GESTES = st.one_of(
    st.builds(lambda c, codes: Geste(ATTRIBUER, vers={c: tuple(codes)}), CONNUES, COMMUNES),
    st.builds(lambda codes: Geste(ATTRIBUER, codes=tuple(codes)), COMMUNES),
    st.builds(
        lambda c, codes: Geste(CREER, cible=NEUVE, nom=c, codes=tuple(codes)), CONNUES, COMMUNES
    ),
    st.builds(lambda c, cible: Geste(FUSIONNER, cpts=(c,), cible=cible), CONNUES, CONNUES),
    st.builds(lambda c: Geste(SUPPRIMER, cpts=(c,)), CONNUES),
    st.builds(
        lambda c, s: Geste(RENOMMER, cpts=(c,), nom=f"Autre {c}", statut=s),
        CONNUES,
        st.sampled_from(("", "inconnu", "lancee")),
    ),
)


@given(st.lists(GESTES, min_size=1, max_size=6))
@settings(max_examples=10)
def test_any_scenario_reads_back_or_is_refused(tmp_path_factory, base, dessine, gestes):
    deroule = Deroule(take_composition(dessine))
    for geste in gestes:
        try:
            deroule.play(geste)
        except GesteRefuse:
            continue
    apres = deroule.etat.composition()
    depot = Depot(tmp_path_factory.mktemp("var"), base)
    try:
        pret = prepare_projet(depot, dessine, Projet(apres))
    except ImportRefuse as refus:
        if "ne change rien" in str(refus):
            assert apres == take_composition(dessine)
        else:
            assert NEUVE not in {c for s in apres.adhesions.values() for c, _ in s}
        return
    assert take_composition(pret.apres) == apres
    depot.discard(pret.dossier)
