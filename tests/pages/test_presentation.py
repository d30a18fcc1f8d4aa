"""The event: its address, its slides as text, and a player that a rerun leaves alone."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from geo.evenement import list_lancements
from rendu.mots.francais import capitale
from rendu.supports.diapositives import make_diapositives
from ui.commun.adresse import Filtres, parse, to_params
from ui.presentation.evenements import MAX_CPTS, event_cpts

RACINE = Path(__file__).resolve().parents[2]
SIX_MAI = ("cpts-luxeuil", "cpts-bassin-vesulien")
CHOIX = {"cpts": ("a", "b", "c"), "n": tuple(map(str, range(1, 20)))}
ANGLAIS_OU_VIDE = re.compile(r"\b(nan|None|null|undefined|N/A)\b")


def open_presentation(**parametres: str) -> AppTest:
    app = AppTest.from_file(str(RACINE / "app.py"), default_timeout=60)
    for nom, valeur in parametres.items():
        app.query_params[nom] = valeur
    app.switch_page("pages/presentation.py")
    return app.run()


def address(app: AppTest) -> dict[str, str]:
    """Return the address, whose values the test harness gives as lists."""
    return {
        nom: valeur[0] if isinstance(valeur, list) else valeur
        for nom, valeur in app.query_params.items()
    }


def texts(app: AppTest) -> str:
    morceaux = [
        m.value for m in (*app.markdown, *app.caption, *app.warning, *app.title, *app.header)
    ]
    return "\n".join(morceaux).replace("\u202f", " ").replace("\xa0", " ").replace("\\", "")


def plain(texte: str) -> str:
    # A word joiner keeps « @ » and the like plain text: it is not seen.
    return " ".join(texte.replace("\u202f", " ").replace("\xa0", " ").replace("\u2060", "").split())


def players(app: AppTest) -> list[str]:
    return [element.proto.srcdoc for element in app.get("iframe")]


@pytest.mark.parametrize(
    ("texte", "cpts", "evenement"),
    [
        ("a", "a", ()),
        ("a,b", "a", ("a", "b")),
        ("b,inconnue,a,b", "b", ("b", "a")),
        ("inconnue", None, ()),
    ],
)
def test_an_address_with_several_cpts_is_an_event(texte, cpts, evenement):
    filtres, _ = parse({"cpts": texte}, CHOIX)
    assert (filtres.cpts, filtres.evenement) == (cpts, evenement)


@given(
    st.lists(st.sampled_from(CHOIX["cpts"]), unique=True), st.none() | st.sampled_from(CHOIX["n"])
)
def test_an_event_survives_the_address(ids, n):
    filtres = Filtres(
        cpts=ids[0] if ids else None, evenement=tuple(ids) if len(ids) > 1 else (), n=n
    )
    assert parse(to_params(filtres), CHOIX) == (filtres, [])
    assert event_cpts(filtres) == tuple(ids)


def test_another_choice_puts_an_end_to_the_event():
    assert to_params(Filtres(cpts="c", evenement=("a", "b"))) == {"cpts": "c"}


@pytest.mark.parametrize("n", ["0", "-1", "abc", "1.5", "٣", "99999"])
def test_what_is_no_rank_is_told(n):
    app = open_presentation(cpts="cpts-luxeuil", n=n)
    assert f"diapositive « {n} »" in texts(app)
    assert address(app) == {"cpts": "cpts-luxeuil"}


def launches(app: AppTest) -> list[tuple[str, str, str]]:
    """Return the launches that are offered: their day, what each is of, and the CPTS of its address."""
    liens = [e.proto for e in app.get("page_link") if re.search(r"\d{4}$", e.proto.label)]
    mots = [m.value for m in app.markdown if re.match(r"\d+ CPTS", m.value)]
    return [
        (plain(lien.label), plain(mot.replace("\\", "")), parse_qs(lien.query_string)["cpts"][0])
        for lien, mot in zip(liens, mots, strict=True)
    ]


def test_without_cpts_the_page_offers_the_launches_by_date(atlas):
    app = open_presentation()
    assert not app.exception
    assert players(app) == []
    offerts = launches(app)
    assert (
        "6 mai 2022",
        "2 CPTS, Haute-Saône : Luxeuil et le bassin vésulien",
        ",".join(SIX_MAI),
    ) in offerts
    attendus = [",".join(ids) for _, ids in list_lancements(atlas, "2026-11-22")]
    assert [cpts for *_, cpts in offerts] == attendus
    assert not ANGLAIS_OU_VIDE.search(" ".join(texte for _, texte, _ in offerts))


def test_the_launches_stay_while_one_is_choosing_by_hand_and_keep_the_filters():
    app = open_presentation(dep="70")
    app.multiselect[0].set_value(["cpts-luxeuil"]).run()
    assert not app.exception
    assert launches(app)
    assert "Lancer la présentation" in [e.proto.label for e in app.get("page_link")]
    liens = [e.proto for e in app.get("page_link") if "2022" in e.proto.label]
    assert all("dep=70" in lien.query_string for lien in liens)


def test_where_there_are_many_launches_the_latest_are_offered(monkeypatch):
    monkeypatch.setattr("ui.presentation.evenements._LANCEMENTS_MAX", 3)
    app = open_presentation()
    assert len(launches(app)) == 3
    assert "autres jours : choisissez les CPTS une à une." in texts(app)


def test_the_event_is_played_and_written(atlas):
    app = open_presentation(cpts=",".join(SIX_MAI))
    assert not app.exception
    (page,) = players(app)
    assert "<!DOCTYPE html>" in page
    ecrit = plain(texts(app))
    assert not ANGLAIS_OU_VIDE.search(ecrit)
    for diapositive in make_diapositives(atlas, SIX_MAI):
        assert plain(diapositive.parlee) in ecrit
        assert plain(capitale(f"{diapositive.chiffre} {diapositive.phrase}".strip())) in ecrit
        for ligne in diapositive.lignes:
            assert plain(ligne) in ecrit


@pytest.mark.parametrize("cpts_id", ["cpts-grand-lons", "cpts-nord-val-de-loire", "cpts-21-52"])
def test_an_event_of_one_cpts_even_undrawn_or_abandoned(cpts_id):
    app = open_presentation(cpts=cpts_id)
    assert not app.exception
    assert len(players(app)) == 1


def test_an_unknown_cpts_is_told_and_the_others_are_played():
    app = open_presentation(cpts="cpts-absente,cpts-luxeuil")
    assert "cpts-absente" in texts(app)
    assert len(players(app)) == 1
    assert address(app) == {"cpts": "cpts-luxeuil"}


def test_the_position_is_in_the_address_and_never_in_the_player():
    ouvert = open_presentation(cpts=",".join(SIX_MAI), n="3")
    assert address(ouvert)["n"] == "3"
    (page,) = players(ouvert)
    assert players(open_presentation(cpts=",".join(SIX_MAI))) == [page]


def test_a_choice_made_after_the_player_moved_on_is_kept():
    """The player writes its position to the address: that is no new address to read the filters from."""
    app = open_presentation(cpts=",".join(SIX_MAI))
    (avant,) = players(app)
    app.query_params["n"] = "5"
    app.multiselect[0].set_value(["cpts-chalonnais"]).run()
    assert not app.exception
    assert app.multiselect[0].value == ["cpts-chalonnais"]
    assert address(app) == {"cpts": ",".join(SIX_MAI), "n": "5"}
    assert players(app) == [avant]
    assert "cpts=cpts-chalonnais" in [e.proto.query_string for e in app.get("page_link")]


def test_the_position_stays_behind_when_the_page_is_left():
    app = open_presentation(cpts=",".join(SIX_MAI), n="3")
    app.switch_page("pages/fiche.py").run()
    assert not app.exception
    assert address(app) == {"cpts": ",".join(SIX_MAI)}


@pytest.mark.parametrize("cpts_ids", [(), SIX_MAI])
def test_the_page_is_left_and_found_again(cpts_ids):
    app = open_presentation(**({"cpts": ",".join(cpts_ids)} if cpts_ids else {}))
    for page in ("app.py", "pages/presentation.py"):
        app.switch_page(page).run()
        assert not app.exception
    assert app.multiselect[0].value == list(cpts_ids)


def test_an_event_of_too_many_cpts_is_cut_and_says_so(atlas):
    demandees = tuple(atlas.fiches.index[: MAX_CPTS + 2])
    app = open_presentation(cpts=",".join(demandees))
    assert not app.exception
    assert app.multiselect[0].value == list(demandees[:MAX_CPTS])
    assert players(app) == players(open_presentation(cpts=",".join(demandees[:MAX_CPTS])))
    assert f"{MAX_CPTS} CPTS au plus" in texts(app)
    assert atlas.fiches.loc[demandees[-1], "nom"] in texts(app)
    assert "Lancer la présentation" not in [e.proto.label for e in app.get("page_link")]


def test_codes_follow_the_public_address(monkeypatch):
    monkeypatch.setenv("CPTS_URL_PUBLIQUE", "https://atlas.example.fr/")
    app = open_presentation(cpts="cpts-luxeuil")
    assert "https://atlas.example.fr/fiche?cpts=cpts-luxeuil" in players(app)[0]
    monkeypatch.setenv("CPTS_URL_PUBLIQUE", "javascript:alert(1)")
    app = open_presentation(cpts="cpts-luxeuil")
    assert "javascript:alert" not in players(app)[0]
    assert any("CPTS_URL_PUBLIQUE" in avis.value for avis in app.warning)


def test_the_kit_is_named_after_the_event():
    app = open_presentation(cpts=",".join(SIX_MAI))
    boutons = [b.proto for b in app.get("download_button") if "Kit" in b.proto.label]
    assert len(boutons) == 1


@pytest.mark.parametrize(
    ("cpts_id", "avertie"),
    [("cpts-nord-val-de-loire", True), ("cpts-grand-lons", True), ("cpts-luxeuil", False)],
)
def test_what_cannot_be_launched_is_told(cpts_id, avertie):
    app = open_presentation(cpts=cpts_id)
    assert any("que l'on lance" in avis.value for avis in app.warning) == avertie


def test_a_slide_says_under_its_sources_where_its_figures_come_from(atlas):
    app = open_presentation(cpts=",".join(SIX_MAI))
    rang, siennes = next(
        (rang, d)
        for rang, d in enumerate(make_diapositives(atlas, SIX_MAI), start=1)
        if d.genre == "population"
    )
    app.session_state[f"provenance_diapositive_{rang}"] = True
    app.run()
    assert not app.exception
    assert [c.value for c in app.code] == [o.texte for o in siennes.origines]
