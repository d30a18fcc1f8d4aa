"""Maps on paper: what is drawn, read back from the SVG and from its picture."""

import datetime as dt
import io
import math
import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from shapely.affinity import affine_transform
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.atlas import COULEURS
from geo.chargement import load
from geo.fiche import make_fiche
from geo.formes.territoires import dissolve
from geo.regles.couverture import measure_couverture
from rendu.carte.coloration import make_coloration, make_etats
from rendu.carte.palette import CERCLE, CHOISIE, HACHURES, TEINTES
from rendu.carte.vue import make_vue
from rendu.dessin.cadre import A4_PAYSAGE
from rendu.dessin.contenu import Aire, Carte
from rendu.dessin.image import svg_to_png
from rendu.dessin.page import draw_carte_svg
from rendu.dessin.polices import displayable, font_folders, width, wrap
from rendu.mots.faits import fact_sources, source_plain
from rendu.mots.francais import nombre
from rendu.supports.cartes import CARTE_FICHE, make_carte_coloree, make_carte_cpts
from tests.geo.dessin import write_dossier
from ui.commun.adresse import Filtres

SVG = "{http://www.w3.org/2000/svg}"
JOUR = dt.date(2026, 11, 22)
BALISES = {
    *("svg", "title", "desc", "defs", "pattern", "clipPath", "rect"),
    *("g", "path", "circle", "text", "use"),
}
# In points, on A4.
CORPS_LISIBLE = 7
INDICATEURS = ("cpts", "statut", "population", "densite", "ecart", "smt-population")


@pytest.fixture(scope="module")
def dessine(tmp_path_factory):
    return load(write_dossier(tmp_path_factory.mktemp("dessin")))


@pytest.fixture(scope="module")
def surfaces(atlas):
    """Read the areas that a map names, by what is written, from the data rather than from the map."""
    departements = dissolve(atlas.communes.geometry, atlas.communes["code_departement"])
    return {
        **{str(atlas.departements["nom"][c]).upper(): d for c, d in departements.items()},
        **{atlas.fiches["nom"][i]: t for i, t in atlas.territoires.geometry.items()},
    }


@pytest.fixture(scope="module")
def cartes(atlas):
    """Draw each CPTS, as a page and as a part of the sheet: its id to the map and the two drawings."""
    cartes = {i: make_carte_cpts(atlas, make_fiche(atlas, i), JOUR) for i in atlas.fiches.index}
    return {
        i: (
            carte,
            draw_carte_svg(carte),
            draw_carte_svg(replace(carte, titre="", phrase=""), CARTE_FICHE, legende_dessous=True),
        )
        for i, carte in cartes.items()
    }


@pytest.fixture(scope="module")
def carte_dessinee(dessine):
    return coloured(dessine)[0]


def coloured(atlas, **filtres):
    choisis = Filtres(**filtres)
    vue = make_vue(atlas, choisis)
    coloration = make_coloration(atlas, vue, choisis.ind)
    couverture = measure_couverture(atlas, choisis.dep, choisis.couvert)
    etats = make_etats(couverture, indicatifs=choisis.indicatifs)
    carte = make_carte_coloree(
        atlas,
        coloration,
        departements=vue.departements,
        formes=vue.formes,
        definition=choisis.couvert,
        indicatifs=choisis.indicatifs,
        etats=etats,
        titre="CPTS : Bourgogne-Franche-Comté",
        phrase="Ce que montre la carte.",
        jour_carte=JOUR,
    )
    return carte, vue, coloration, etats


def test_each_number_of_a_colour_has_its_colour():
    assert len(TEINTES) == COULEURS


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def texts(svg: str) -> list[ET.Element]:
    """List what is read: the halo under a name is hidden from readers."""
    return [t for t in parse(svg).iter(f"{SVG}text") if t.get("aria-hidden") is None]


def box(texte: ET.Element) -> tuple[float, float, float, float]:
    corps = float(texte.get("font-size"))
    large = width(texte.text or "", corps, gras=texte.get("font-weight") == "700")
    large += float(texte.get("letter-spacing", 0)) * len(texte.text or "")
    ancre = {"middle": 0.5, "end": 1.0}.get(texte.get("text-anchor"), 0.0)
    gauche, base = float(texte.get("x")) - ancre * large, float(texte.get("y"))
    return gauche, base - 0.8 * corps, gauche + large, base + 0.1 * corps


def metres(carte: Carte, svg: str) -> list[float]:
    """Return the affine transform from the page to the ground, read from a drawn department.

    Paths are not clipped: the bounds of the first one are those of its outline.
    """
    trace = next(p.get("d") for p in parse(svg).iter(f"{SVG}path") if p.get("stroke") == "#8a8a8a")
    lignes = [
        np.cumsum(
            [tuple(map(float, p.split())) for p in re.findall(r"[Ml]([-\d.]+ [-\d.]+)", m)], 0
        )
        for m in trace.split("z")
        if m
    ]
    points = np.vstack(lignes)
    (gauche, haut), (droite, _) = points.min(axis=0), points.max(axis=0)
    ouest, _, est, nord = carte.departements[0].bounds
    m_par_pt = (est - ouest) / (droite - gauche)
    return [m_par_pt, 0, 0, -m_par_pt, ouest - gauche * m_par_pt, nord + haut * m_par_pt]


def framed(svg: str) -> BaseGeometry:
    """Return the frame of the map, on the page."""
    cadre = parse(svg).find(f"{SVG}defs/{SVG}clipPath/{SVG}rect")
    x, y, large, haut = (float(cadre.get(cle)) for cle in ("x", "y", "width", "height"))
    return shapely.box(x, y, x + large, y + haut)


def named_areas(carte: Carte, svg: str, surfaces: dict[str, BaseGeometry]) -> list[str]:
    """Check that each name of an area that is written stands in what is seen of it; return them."""
    vers_metres = metres(carte, svg)
    # Outlines are simplified to 0.6 point: a box may pass the true border by that.
    tolerance_m = vers_metres[0]
    cadre = affine_transform(framed(svg), vers_metres)
    des_lieux = {nom.texte for nom in carte.noms if nom.genre in ("departement", "voisine")}
    ecrits = []
    for texte in texts(svg):
        # The key and the title bear the names of CPTS too.
        boite = affine_transform(shapely.box(*box(texte)), vers_metres)
        if texte.text not in des_lieux or not cadre.contains(boite.centroid):
            continue
        visible = surfaces[texte.text].intersection(cadre)
        assert visible.contains(boite.centroid), texte.text
        assert visible.buffer(tolerance_m).contains(boite), texte.text
        ecrits.append(texte.text)
    return ecrits


def words(svg: str) -> str:
    return " ".join(t.text or "" for t in texts(svg)).replace("\xa0", " ")


@pytest.mark.parametrize("ind", INDICATEURS)
def test_the_map_has_the_classes_and_the_legend_of_the_screen(atlas, ind):
    carte, vue, coloration, etats = coloured(atlas, ind=ind)
    svg = draw_carte_svg(carte)
    lus = words(svg).replace("\u202f", " ")
    place = 0
    for entree in (*coloration.legende, *etats):
        for mot in f"{entree.texte} ({nombre(entree.compte)})".replace("\u202f", " ").split():
            place = lus.index(mot, place) + len(mot)
    for cpts_id, aire in zip(
        [i for i in vue.formes if vue.formes[i] != "repere"], carte.aires, strict=True
    ):
        classe = coloration.classes.get(cpts_id)
        assert aire.remplissage == (HACHURES if classe is None else coloration.palette[classe])
    confiances = atlas.fiches["confiance"]
    tirets = sum(confiances[i] == "hypothese" for i, f in vue.formes.items() if f == "complet")
    assert tirets > 0
    assert svg.count('stroke-dasharray="4 3"') == tirets
    assert len(carte.marques) == list(vue.formes.values()).count("repere")


def test_counts_are_circles_of_their_size_on_screen_each_on_its_territory(atlas):
    carte, vue, coloration, _ = coloured(atlas, ind="population")
    svg = draw_carte_svg(carte)
    traces = [c for c in parse(svg).iter(f"{SVG}circle") if c.get("fill") == CERCLE]
    attendus = [0.75 * r for r in coloration.cercles.rayons.values()]
    attendus += [0.75 * r for _, r in coloration.cercles.legende]
    assert len(coloration.cercles.rayons) == len(coloration.classes) == 16
    assert sorted(float(c.get("r")) for c in traces) == pytest.approx(sorted(attendus), abs=0.01)
    for texte, _ in coloration.cercles.legende:
        assert texte in [t.text for t in texts(svg)]
    aires = dict(zip([i for i, f in vue.formes.items() if f != "repere"], carte.aires, strict=True))
    for disque in carte.disques:
        (sien,) = [i for i, a in aires.items() if a.contour.contains(Point(disque.x, disque.y))]
        assert disque.rayon_pt == pytest.approx(0.75 * coloration.cercles.rayons[sien])


@pytest.mark.parametrize("ind", INDICATEURS)
def test_nothing_is_clipped_and_no_name_covers_another(atlas, ind):
    carte, *_ = coloured(atlas, ind=ind)
    svg = draw_carte_svg(carte)
    largeur, hauteur = A4_PAYSAGE
    boites = [box(t) for t in texts(svg)]
    for gauche, haut, droite, bas in boites:
        assert 0 <= gauche <= droite <= largeur
        assert 0 <= haut <= bas <= hauteur
    for a, b in combinations(boites, 2):
        largeur_commune = min(a[2], b[2]) - max(a[0], b[0])
        hauteur_commune = min(a[3], b[3]) - max(a[1], b[1])
        assert largeur_commune < 0.5 or hauteur_commune < 0.5, (a, b)


def test_the_name_of_an_area_stands_in_it_on_the_map_of_each_cpts(atlas, surfaces, cartes):
    ecrits = {}
    for i, (carte, *dessins) in cartes.items():
        ecrits[i] = [{*named_areas(carte, svg, surfaces)} for svg in dessins]
    assert all(all(ecrits[i]) for i in atlas.territoires.index)
    assert "HAUTE-MARNE" in ecrits["cpts-luxeuil"][1]
    assert {"TERRITOIRE DE BELFORT", "CPTS du bassin vésulien"} <= ecrits["cpts-pays-hericourt"][1]
    assert "CPTS Pays d'Or" in ecrits["cpts-21-52"][1]


@pytest.mark.parametrize("ind", INDICATEURS)
def test_the_name_of_an_area_stands_in_it_on_the_coloured_map(atlas, surfaces, ind):
    carte, vue, *_ = coloured(atlas, ind=ind)
    svg = draw_carte_svg(carte)
    # That of the Territoire de Belfort is wider than the department.
    assert len(named_areas(carte, svg, surfaces)) == len(vue.departements) - 1
    vers_metres, cadre = metres(carte, svg), framed(svg)
    numeros = {}
    for texte in texts(svg):
        centre = shapely.box(*box(texte)).centroid
        if cadre.contains(centre) and (rang := re.match(r"\d+(?= ·|$)", texte.text)):
            numeros[list(vue.formes)[int(rang[0]) - 1]] = affine_transform(centre, vers_metres)
    assert set(numeros) == set(vue.formes)
    for i in atlas.territoires.index:
        assert atlas.territoires.geometry[i].contains(numeros[i]), i


def test_an_area_too_small_for_its_name_goes_without(carte_dessinee):
    # Written across the whole page, it would not stand in any department.
    noms = tuple(
        replace(nom, texte=nom.texte * 40) if nom.genre == "departement" else nom
        for nom in carte_dessinee.noms
    )
    longs = {nom.texte for nom in noms if nom.genre == "departement"}
    assert longs
    ecrits = {t.text for t in texts(draw_carte_svg(replace(carte_dessinee, noms=noms)))}
    assert not longs & ecrits


def test_the_scale_and_the_north_stand_on_white(cartes):
    for svg in (svg for _, *dessins in cartes.values() for svg in dessins):
        racine = parse(svg)
        carte = racine.find(f"{SVG}g")
        # What follows the map is drawn over it.
        dessus = list(racine)[list(racine).index(carte) + 1 :]
        rang, fond = next(
            (n, e)
            for n, e in enumerate(dessus)
            if e.tag == f"{SVG}rect" and e.get("fill") != "none"
        )
        assert fond.get("fill") == "#ffffff"
        x, y, large, haut = (float(fond.get(cle)) for cle in ("x", "y", "width", "height"))
        blanc = shapely.box(x, y, x + large, y + haut)
        textes = {e.text: e for e in dessus[rang:] if e.tag == f"{SVG}text"}
        for texte in ("N ↑", next(t for t in textes if t.endswith("\u202fkm"))):
            assert blanc.contains(shapely.box(*box(textes[texte])))
        # Nothing that is written on the map goes under it.
        for element in carte.iter(f"{SVG}text"):
            assert not blanc.intersects(shapely.box(*box(element)))


def test_many_sources_are_cited_by_producers_and_years_and_stay_legible(atlas):
    carte, vue, *_ = coloured(atlas)
    sources = atlas.sources.loc[fact_sources(atlas, vue.formes)]
    assert len(sources) > 15
    svg = draw_carte_svg(carte)
    lus = words(svg)
    for producteur in sources["producteur"]:
        assert producteur in lus
    annees = sources["date"].dropna().str[:4]
    for mot in (
        "INSEE",
        "IGN",
        f"{annees.min()} à {annees.max()}",
        "date non publiée",
        "« Sources »",
        "22 novembre",
    ):
        assert mot in lus
    assert min(float(t.get("font-size")) for t in texts(svg)) >= CORPS_LISIBLE


def test_few_sources_are_cited_in_full(atlas):
    carte = make_carte_cpts(atlas, make_fiche(atlas, "cpts-21-52"), JOUR)
    for i in fact_sources(atlas, ["cpts-21-52"]):
        assert source_plain(atlas, i) in carte.sources
    assert "Liste complète" not in carte.sources


def test_every_cpts_is_numbered_and_listed(atlas):
    carte, vue, *_ = coloured(atlas)
    svg = draw_carte_svg(carte)
    assert len(carte.cle) == len(vue.formes)
    ecrits = [t.text for t in texts(svg)]
    for rang in range(1, len(carte.cle) + 1):
        # Once in the list, and once on the map.
        assert ecrits.count(str(rang)) == 2


def test_hidden_perimeters_become_marks(atlas):
    visibles, *_ = coloured(atlas)
    masques, vue, *_ = coloured(atlas, indicatifs=False)
    assert len(masques.marques) > len(visibles.marques)
    assert not any(aire.indicatif for aire in masques.aires)
    assert len(masques.aires) == sum(forme != "repere" for forme in vue.formes.values())


def test_a_zone_blanche_is_drawn_only_where_the_department_is_complete(dessine):
    # d (department 70, complete) is in no CPTS; b is in a hidden perimeter.
    carte, *_ = coloured(dessine, indicatifs=False)
    assert carte.blanches.equals(dessine.communes.geometry["70002"])


def test_the_scale_bar_measures_what_is_drawn(dessine):
    # CPTS Ouest is one square kilometre wide, two high.
    carte, vue, *_ = coloured(dessine)
    svg = draw_carte_svg(carte)
    ouest = carte.aires[[i for i in vue.formes if vue.formes[i] != "repere"].index("cpts-ouest")]
    trace = next(
        p.get("d") for p in parse(svg).iter(f"{SVG}path") if p.get("fill") == ouest.remplissage
    )
    points = np.cumsum(
        [tuple(map(float, paire.split())) for paire in re.findall(r"[Ml]([-\d.]+ [-\d.]+)", trace)],
        axis=0,
    )
    un_km_pt, deux_km_pt = np.ptp(points, axis=0)
    assert deux_km_pt == pytest.approx(2 * un_km_pt, rel=0.01)
    barre_pt = float(re.search(r"v4h([\d.]+)v-4", svg)[1])
    km = next(t.text for t in texts(svg) if t.text.endswith("km"))
    assert barre_pt / un_km_pt == pytest.approx(float(km[:-3].replace(",", ".")), rel=0.01)


def test_the_map_of_a_cpts_shows_its_communes_its_neighbours_and_its_doubts(atlas):
    fiche = make_fiche(atlas, "cpts-luxeuil")
    carte = make_carte_cpts(atlas, fiche, JOUR)
    lus = words(draw_carte_svg(carte))
    for mot in ("CPTS de Luxeuil", "94 communes", "périmètre indicatif", "CPTS du bassin vésulien"):
        assert mot in lus
    assert "Luxeuil-les-Bains" in lus
    assert "22 novembre 2026" in lus
    assert "INSEE" in lus
    assert "IGN" in lus
    (choisie,) = [aire for aire in carte.aires if aire.choisie]
    assert choisie.remplissage == CHOISIE
    assert choisie.contour.area == pytest.approx(
        atlas.territoires.geometry["cpts-luxeuil"].area, rel=0.01
    )
    assert "94 communes" in carte.description


def test_without_perimeter_only_the_mark_is_drawn(atlas):
    carte = make_carte_cpts(atlas, make_fiche(atlas, "cpts-nevers-sud-nivernais"), JOUR)
    assert len(carte.marques) == 1
    assert not any(aire.choisie for aire in carte.aires)
    lus = words(draw_carte_svg(carte))
    assert "Aucun périmètre n'est connu" in lus
    assert "Nevers" in lus


def test_made_up_data_say_so_on_the_map(atlas):
    carte, *_ = coloured(replace(atlas, synthetique=True))
    assert "SYNTHÉTIQUES" in words(draw_carte_svg(carte))


def test_the_picture_has_300_dots_an_inch_and_the_colours_of_the_map(atlas):
    carte = make_carte_cpts(atlas, make_fiche(atlas, "cpts-luxeuil"), JOUR)
    image = Image.open(io.BytesIO(svg_to_png(draw_carte_svg(carte)))).convert("RGB")
    attendues = [math.ceil(cote * 300 / 72) for cote in A4_PAYSAGE]
    assert list(image.size) == pytest.approx(attendues, abs=2)
    pixels = np.asarray(image)
    bleus = (pixels == [int(CHOISIE[i : i + 2], 16) for i in (1, 3, 5)]).all(axis=2).mean()
    # The territory covers a good part of the map, which covers two thirds of the page.
    assert 0.08 < bleus < 0.5


def test_nothing_is_fetched(atlas):
    for carte in (
        coloured(atlas)[0],
        make_carte_cpts(atlas, make_fiche(atlas, "cpts-21-52"), JOUR),
    ):
        svg = draw_carte_svg(carte)
        adresses = set(re.findall(r"https?://[^\"'<\s]+", svg))
        assert adresses == {"http://www.w3.org/2000/svg"}
        assert set(re.findall(r"url\(([^)]*)\)", svg)) <= {"#hachures", "#cadre"}


HOSTILES = st.text(
    st.sampled_from("<>&\"'`$#*_[]{}()\\/@=;:-é日😀\x00\x1b\u202e\u2028 \n" + "abc"),
    min_size=1,
    max_size=60,
)


@settings(max_examples=40)
@given(nom=HOSTILES)
def test_hostile_names_stay_text(carte_dessinee, nom):
    carte = replace(
        carte_dessinee,
        titre=nom,
        phrase=nom,
        cle=(nom,),
        legende=((HACHURES, nom),),
        noms=tuple(replace(n, texte=nom) for n in carte_dessinee.noms),
        sources=nom,
        description=nom,
    )
    for svg in (draw_carte_svg(carte), draw_carte_svg(carte, CARTE_FICHE, legende_dessous=True)):
        racine = parse(svg)
        assert {element.tag.removeprefix(SVG) for element in racine.iter()} <= BALISES
        assert racine.find(f"{SVG}desc").text in (displayable(nom), None)
        sans_blancs = "".join(words(svg).split())
        assert "".join(displayable(nom).split()) in sans_blancs


def test_lines_fit_and_lose_nothing():
    nom = "CPTS du Territoire de Belfort, hors Belfort et première couronne " + "x" * 90
    lignes = wrap(nom, 80, 9)
    assert all(width(ligne, 9) <= 80 for ligne in lignes)
    assert "".join("".join(lignes).split()) == "".join(nom.split())


def test_the_fonts_hold_what_french_needs():
    attendu = "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ«»’–—…€≥≤−²→ 0123456789\u202f\xa0%"
    assert displayable(attendu) == attendu
    assert all(list(dossier.glob("*.ttf")) for dossier in font_folders())


def test_the_scale_leaves_the_corner_where_something_is_drawn(atlas):
    carte = make_carte_cpts(atlas, make_fiche(atlas, "cpts-luxeuil"), JOUR)
    ouest, sud, est, nord = carte.cadre
    coin = Aire(shapely.box(ouest, sud, (ouest + est) / 2, (sud + nord) / 2), "#000000")
    gauches = [
        box(next(t for t in texts(draw_carte_svg(c)) if (t.text or "").endswith("km")))[0]
        for c in (
            replace(carte, aires=(), departements=()),
            replace(carte, aires=(coin,), departements=()),
        )
    ]
    assert gauches[0] < gauches[1]


@pytest.mark.parametrize("rang", [1, 2])
def test_the_name_of_a_town_beyond_a_territory_stays_off_it(cartes, rang):
    """Vesoul lies just west of the CPTS de Luxeuil: on its right, its name would seem inside."""
    carte, svg = cartes["cpts-luxeuil"][0], cartes["cpts-luxeuil"][rang]
    (vesoul,) = (n.lieu for n in carte.noms if n.texte == "Vesoul")
    (choisie,) = (a.contour for a in carte.aires if a.choisie)
    assert not choisie.intersects(vesoul)
    (texte,) = (t for t in texts(svg) if t.text == "Vesoul")
    boite = affine_transform(shapely.box(*box(texte)), metres(carte, svg))
    assert not choisie.intersects(boite)


def test_no_dot_stands_in_the_name_of_another_town(cartes):
    for _, *svgs in cartes.values():
        for svg in svgs:
            noms = [box(t) for t in texts(svg) if t.get("font-size") in ("7.5", "8", "9")]
            points = [c for c in parse(svg).iter(f"{SVG}circle") if float(c.get("r")) < 2]
            assert points or "Aucun périmètre" in words(svg)
            for point in points:
                x, y = float(point.get("cx")), float(point.get("cy"))
                assert not any(g < x < d and h < y < b for g, h, d, b in noms)
