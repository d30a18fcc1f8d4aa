"""A stroke of the workshop: to its colour, to its figures, on the server alone; and a long scenario that opens."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Frame, Page

from bench.chrono import MS_PAR_S, time_in_turn
from bench.navigateur import DELAI_MS
from bench.releve import Ligne, compare_with, yes_or_no
from bench.serveur import APPLICATION, DONNEES, serve
from geo.atelier.deroule import Deroule
from geo.atelier.etabli import Chantier, Etabli, open_chantier
from geo.atelier.gestes import ATTRIBUER, Geste, GesteRefuse
from geo.atelier.journal import Journal
from geo.atlas import Atlas
from geo.base.connexion import file_base
from geo.chargement import load
from geo.formes.territoires import dissolve, split_parts
from geo.importation.versions import Depot
from geo.indicateurs.calcul import summarize_territoires
from geo.perimetre import HYPOTHESE
from geo.regles.couverture import COUVERTE, DEFINITIONS, measure_couverture
from rendu.mots.francais import nombre
from ui.atelier.reponses import Vue, answer_since, answer_whole

TRAITS = 40
# Some communes are too small on the screen, or under a button of the map: as many again to choose from.
CANDIDATES = 2 * TRAITS
GESTES = 5_000
TOURS, OUVERTURES = 9, 5
MARQUE_IMAGES, MARQUE_FIGURES_MS, MARQUE_OUVERTURE_MS = 1, 200, 1_000
# Between two strokes, what the last one has started on the map and in the panel ends.
REPOS_MS = 400
_CADRAGE_MS = 3_000
# The first page also waits for the outlines of the whole country to be written.
DELAI_OUVERTURE_MS = 3 * DELAI_MS
OCTETS_PAR_KO = 1e3
DEFINITION = next(iter(DEFINITIONS))
VUE = Vue((), DEFINITION, indicatifs=True)

_CANEVAS = 'document.querySelector(".leaflet-communes-pane canvas")'
# Of places on the map, those where a click reaches the picture of the communes, far enough from any border for the
# pixel there to be of the commune alone.
_PLACER = f"""(lieux) => {{
  const toile = {_CANEVAS}, cadre = toile.getBoundingClientRect(), echelle = toile.width / cadre.width;
  return lieux.map(([lat, lon]) => map.latLngToContainerPoint([lat, lon])).map(({{ x, y }}) => {{
    if (document.elementFromPoint(x, y) !== toile) return null;
    const [, , , alpha] = toile.getContext("2d").getImageData((x - cadre.left) * echelle, (y - cadre.top) * echelle, 1, 1).data;
    return alpha === 255 ? [x, y] : null;
  }});
}}"""
# From the click itself. The pixel and the panel are read before every frame; each clock stops at the frame that follows
# the first one to hold what is expected.
_ARMER = f"""([x, y, cpts, attendu]) => {{
  const toile = {_CANEVAS}, cadre = toile.getBoundingClientRect(), echelle = toile.width / cadre.width;
  const lire = () => String(toile.getContext("2d").getImageData((x - cadre.left) * echelle, (y - cadre.top) * echelle, 1, 1).data);
  const dit = () => document.querySelector(`.atelier .cartes [data-cpts="${{CSS.escape(cpts)}}"]`)?.textContent.includes(attendu);
  window.trait = new Promise((finir, renoncer) => document.addEventListener("click", ({{ timeStamp }}) => {{
    setTimeout(() => renoncer(new Error("attendu " + attendu + ", vu " + document.querySelector(".atelier").textContent)), {DELAI_MS});
    const avant = lire();
    const vu = {{ images: 0 }};
    const regarder = () => {{
      const duree = performance.now() - timeStamp;
      if (vu.peint) vu.couleur_ms ??= duree;
      if (vu.dit && vu.peint) return void finir([vu.images, vu.couleur_ms, duree]);
      if (!vu.peint) {{
        vu.images += 1;
        vu.peint = lire() !== avant;
      }}
      vu.dit = dit();
      requestAnimationFrame(regarder);
    }};
    requestAnimationFrame(regarder);
  }}, {{ capture: true, once: true }}));
}}"""
_ENREGISTRE = '() => document.querySelector(".atelier .etat")?.textContent.startsWith("Enregistré")'


def measure_atelier(navigateur: Browser, dossier: Path = DONNEES) -> Iterator[list[Ligne]]:
    """Measure strokes on a folder of data, in Chromium then on the server alone, and a long scenario."""
    atlas = load(dossier)
    chantier = open_chantier(atlas)
    with TemporaryDirectory() as var:
        yield _measure_traits(navigateur, chantier, dossier, Path(var))
    with TemporaryDirectory() as var:
        journal = Journal(file_base(Path(var)))
        yield [_measure_serveur(chantier, journal)]
        yield _measure_ouverture(chantier, journal)


def _begin(chantier: Chantier, journal: Journal) -> str:
    return journal.create(chantier.avant, nom="Banc", auteur="", note="", version_depart=0)


def _choose(chantier: Chantier) -> tuple[str, list[str]]:
    """Return the first CPTS that can grow, a free commune beside it at a time, and these communes."""
    membres = chantier.membres
    for cpts_id in sorted(chantier.avant.cpts):
        siennes = membres.members(cpts_id)
        if any((cpts_id, HYPOTHESE) in membres.communes[code] for code in siennes):
            continue
        if len(libres := _grow(chantier, siennes)) == CANDIDATES:
            return cpts_id, libres
    raise RuntimeError(f"Aucune CPTS n'a {CANDIDATES} communes libres autour d'elle.")


def _grow(chantier: Chantier, codes: frozenset[str]) -> list[str]:
    voisines, prises = chantier.sol.voisines, chantier.membres.communes
    libres: dict[str, None] = {}
    front = sorted(codes)
    while front and len(libres) < CANDIDATES:
        autour = {v for code in front for v in voisines.get(code, ())}
        front = sorted(v for v in autour if v not in prises and v not in libres)
        libres |= dict.fromkeys(front)
    return list(libres)[:CANDIDATES]


# --- In Chromium ---


def _measure_traits(
    navigateur: Browser, chantier: Chantier, dossier: Path, var: Path
) -> list[Ligne]:
    cpts_id, libres = _choose(chantier)
    journal = Journal(file_base(Depot(var, dossier).dossier))
    scenario_id = _begin(chantier, journal)
    # Nothing is routed: what routes would slow every gesture that goes to the server.
    contexte = navigateur.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    with serve(APPLICATION, dossier, var) as serveur, contexte:
        page = contexte.new_page()
        page.set_default_timeout(DELAI_MS)
        page.goto(f"{serveur.adresse}/atelier?scenario={scenario_id}")
        cadre = _open(page)
        cadre.get_by_label("Je compose").select_option(cpts_id)
        # The map goes to the CPTS first.
        page.wait_for_timeout(_CADRAGE_MS)
        points = _place(cadre, chantier.atlas, libres)
        habitants = chantier.bilan.population(cpts_id)
        vus = []
        for code, point in points:
            habitants += chantier.sol.population[code]
            vus.append(_draw(page, cadre, point, cpts_id, f"{nombre(habitants)} habitants"))
    # The first one also traces the borders of the communes, for all that follow.
    images, couleurs, figures = zip(*vus[1:], strict=True)
    couleur, couleur_p95 = median(couleurs), quantiles(couleurs, n=20)[-1]
    figure, figure_p95 = median(figures), quantiles(figures, n=20)[-1]
    return [
        Ligne(
            f"stroke to the colour of the commune: frames at most, median and p95 of {len(couleurs)}",
            f"{max(images)}, {couleur:,.0f} and {couleur_p95:,.0f} ms",
            marque=f"≤ {MARQUE_IMAGES} frame",
            tenue=yes_or_no(held=max(images) <= MARQUE_IMAGES),
        ),
        Ligne(
            f"stroke to the figures of the CPTS, median and p95 of {len(figures)}",
            f"{figure:,.0f} and {figure_p95:,.0f} ms",
            marque=f"p95 ≤ {MARQUE_FIGURES_MS} ms",
            tenue=yes_or_no(held=figure_p95 <= MARQUE_FIGURES_MS),
        ),
    ]


def _open(page: Page) -> Frame:
    """Wait until the scenario is there, and return the frame of the map."""
    page.frame_locator("iframe[title*=folium]").locator("[data-prete=oui]").wait_for(
        timeout=DELAI_OUVERTURE_MS
    )
    cadre = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    cadre.wait_for_function(_ENREGISTRE, timeout=DELAI_OUVERTURE_MS)
    return cadre


def _place(cadre: Frame, atlas: Atlas, codes: list[str]) -> list[tuple[str, tuple[float, float]]]:
    """Show some communes, and return where to click on those that can be."""
    milieux = atlas.communes.geometry.loc[codes].representative_point().to_crs(4326)
    lieux = [[point.y, point.x] for point in milieux]
    cadre.evaluate("(lieux) => map.fitBounds(lieux, { animate: false, padding: [40, 40] })", lieux)
    fin = time.monotonic() + DELAI_MS / MS_PAR_S
    while time.monotonic() < fin:
        cadre.wait_for_timeout(2 * REPOS_MS)
        places = cadre.evaluate(_PLACER, lieux)
        trouves = [
            (code, (place[0], place[1])) for code, place in zip(codes, places, strict=True) if place
        ]
        if len(trouves) > TRAITS:
            return trouves[: TRAITS + 1]
    raise RuntimeError(f"Moins de {TRAITS + 1} communes peuvent être touchées sur la carte.")


def _draw(
    page: Page, cadre: Frame, point: tuple[float, float], cpts_id: str, attendu: str
) -> tuple[int, float, float]:
    """Click on a commune, and return the frames and the milliseconds to its colour, then those to the figures."""
    boite = cadre.frame_element().bounding_box()
    if boite is None:
        raise RuntimeError("La carte de l'atelier n'est plus dans la page.")
    page.mouse.move(boite["x"] + point[0], boite["y"] + point[1])
    page.wait_for_timeout(REPOS_MS)
    cadre.evaluate(_ARMER, [*point, cpts_id, attendu])
    page.mouse.click(boite["x"] + point[0], boite["y"] + point[1])
    images, couleur_ms, figures_ms = cadre.evaluate("() => window.trait")
    cadre.wait_for_function(_ENREGISTRE)
    page.wait_for_timeout(REPOS_MS)
    return int(images), float(couleur_ms), float(figures_ms)


# --- On the server alone ---


def _measure_serveur(chantier: Chantier, journal: Journal) -> Ligne:
    """Give a commune, then take it back, and so on: against the figures of all CPTS, computed again."""
    cpts_id, (code, *_) = _choose(chantier)
    etabli = Etabli(chantier, journal, _begin(chantier, journal))
    donner, reprendre = Geste(ATTRIBUER, vers={cpts_id: (code,)}), Geste(ATTRIBUER, codes=(code,))

    def play() -> dict[str, Any]:
        version = etabli.version
        derniere = etabli.derniere
        refus = etabli.play([(f"trait-{version}", reprendre if version % 2 else donner)])
        return answer_since(etabli, VUE, version, derniere, refus)

    play()
    entier = _recompute_of(etabli, chantier.sol.departement[code])
    _check(etabli, cpts_id, chantier.sol.departement[code], entier())
    durees = time_in_turn({"ici": play, "entier": entier}, TOURS)
    return compare_with(
        "stroke on the server alone, written to the disk, and its answer",
        durees["ici"],
        durees["entier"],
        "outlines, sums, coverage and parts of all CPTS",
        unite="ms",
    )


def _recompute_of(etabli: Etabli, departement: str) -> Callable[[], tuple[Any, ...]]:
    """Return what computes all again, for the memberships that a scenario has now."""
    atlas = etabli.chantier.atlas
    adhesions = pd.DataFrame(
        [
            (i, code, *dite)
            for code, siennes in etabli.etat.communes.items()
            for i, *dite in siennes
        ],
        columns=["cpts_id", "code_commune", "confiance", "part"],
    )
    apres = replace(atlas, adhesions=adhesions)
    groupes = adhesions.set_index("code_commune")["cpts_id"]

    def recompute() -> tuple[Any, ...]:
        return (
            dissolve(atlas.communes, groupes),
            summarize_territoires(atlas.communes, adhesions),
            measure_couverture(apres, [departement], DEFINITION),
            split_parts(atlas.communes, adhesions, atlas.frontieres),
        )

    return recompute


def _check(etabli: Etabli, cpts_id: str, departement: str, entier: tuple[Any, ...]) -> None:
    """Refuse to compare the times of different results."""
    contours, sommes, couverture, parties = entier
    sol, membres = etabli.chantier.sol, etabli.etat.members(cpts_id)
    ici = etabli.bilan.couverture(departement, DEFINITION)
    surface = etabli.chantier.atlas.communes.geometry.loc[sorted(membres)].area.sum()
    siennes = parties.loc[parties["cpts_id"] == cpts_id, "codes_communes"]
    morceaux = sol.parts(membres)
    accords = {
        "la population": etabli.bilan.population(cpts_id) == sommes.loc[cpts_id, "population"],
        "la couverture": ici.tous == couverture.compte(COUVERTE, indicatifs=True),
        "les parties": (len(siennes) or 1) == len(morceaux),
        "la surface": np.isclose(contours.loc[cpts_id].area, surface, rtol=1e-9, atol=0),
    }
    faux = [quoi for quoi, accord in accords.items() if not accord]
    if faux:
        raise RuntimeError(f"Les deux façons ne s'accordent pas sur {' ni sur '.join(faux)}.")


# --- A long scenario ---


def _draw_gestes(chantier: Chantier) -> list[Geste]:
    """Draw strokes by lot, the same at each run: each gives a commune to the CPTS of one of its neighbours."""
    hasard = random.Random(0)  # noqa: S311 - no secret depends on it
    sol, deroule = chantier.sol, Deroule(chantier.avant)
    codes = sorted(code for code, autour in sol.voisines.items() if autour)
    gestes: list[Geste] = []
    while len(gestes) < GESTES:
        code = hasard.choice(codes)
        voisine = hasard.choice(sorted(sol.voisines[code]))
        for cpts_id, *_ in deroule.etat.communes.get(voisine, ())[:1]:
            geste = Geste(ATTRIBUER, vers={cpts_id: (code,)}, outil="clic")
            with suppress(GesteRefuse):
                deroule.play(geste)
                gestes.append(geste)
    return gestes


def _measure_ouverture(chantier: Chantier, journal: Journal) -> list[Ligne]:
    scenario_id = _begin(chantier, journal)
    gestes = _draw_gestes(chantier)
    journal.append(scenario_id, 0, [(f"trait-{rang}", geste) for rang, geste in enumerate(gestes)])
    etabli = Etabli(chantier, journal, scenario_id)
    octets = len(json.dumps(answer_whole(etabli, VUE), ensure_ascii=False).encode())
    durees = time_in_turn(
        {
            "ouverture": lambda: Etabli(chantier, journal, scenario_id),
            "reponse": lambda: answer_whole(etabli, VUE),
        },
        OUVERTURES,
    )
    ouverture, reponse = durees["ouverture"], durees["reponse"]
    return [
        Ligne(
            f"opening of a scenario of {GESTES:,} strokes",
            f"{ouverture:,.0f} ms",
            marque=f"≤ {MARQUE_OUVERTURE_MS:,} ms",
            tenue=yes_or_no(held=ouverture <= MARQUE_OUVERTURE_MS),
        ),
        Ligne(
            f"all that its window is then told, with the figures of {len(etabli.touchees):,} CPTS",
            f"{reponse:,.0f} ms, {octets / OCTETS_PAR_KO:,.0f} KB",
        ),
    ]
