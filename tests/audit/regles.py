"""What each number of a screen or a file should be: rules that know its words, and recompute it from the facts.

A rule reads where a number stands (a column, a sentence), names the quantity, and has it recomputed. It says nothing
of what it does not know: such a number is « non recalculé ».
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, cached_property

import pandas as pd

from tests.audit import colonnes as columns
from tests.audit import phrases as sentences
from tests.audit.attendu import AU_MOINS, ENVIRON, EXACT, MOTS, Attendu
from tests.audit.enonce import Contexte, Enonce
from tests.audit.faits import Couverture, Faits, Jour, Zone
from tests.audit.nombres import Nombre, read_numbers

REGION = ("region", "27")
# Columns of codes, names and dates: what is written there in digits counts nothing.
HORS_COLONNES = re.compile(
    r"(?i)codes?\b|code_|départements?$|departements$|sources?$|source_|siren|cpts_id|au plus t|date|jour$|debut$|fin$"
    r"|rang$|adresse|intercommunalité$|commune$|zone$|autour de|titre|fichier|note|parts_pct|version|departement$|codes_"
)


class Regles:
    """The rules, over the facts of a folder."""

    def __init__(self, faits: Faits) -> None:
        self.faits = faits

    # Who is spoken of.

    @cached_property
    def noms(self) -> dict[str, tuple[str, str]]:
        """Name every territory that a screen may name."""
        f = self.faits
        noms = {
            nom: ("epci", siren)
            for siren, nom in f.communes.drop_duplicates("siren_epci")
            .set_index("siren_epci")["nom_epci"]
            .items()
        }
        etudies = f.communes.loc[f.etude, "code_departement"].unique()
        noms |= {f.departements.loc[c, "nom"]: ("dep", c) for c in etudies}
        noms |= {f"{c} {f.departements.loc[c, 'nom']}": ("dep", c) for c in etudies}
        noms["Bourgogne-Franche-Comté"] = REGION
        noms |= {fiche["nom"]: ("cpts", str(i)) for i, fiche in f.fiches.iterrows()}
        noms |= {str(i): ("cpts", str(i)) for i in f.fiches.index}
        return noms

    @cached_property
    def _nommees(self) -> re.Pattern[str]:
        noms = sorted(
            (nom for nom in self.noms if not re.match(r"\d\d |cpts-", nom)), key=len, reverse=True
        )
        return re.compile("|".join(rf"(?<!\w){re.escape(nom)}(?!\w)" for nom in noms))

    @cache  # noqa: B019 - one object a run
    def named(self, texte: str) -> list[tuple[str, str]]:
        """List the territories that a text names, in its order."""
        return [self.noms[m[0]] for m in self._nommees.finditer(texte)]

    @cache  # noqa: B019 - one object a run
    def codes(self, qui: tuple[str, str]) -> tuple[str, ...]:
        genre, code = qui
        f = self.faits
        match genre:
            case "cpts" | "etablie":
                return tuple(f.of_cpts(code, etablie=genre == "etablie"))
            case "dep":
                return tuple(f.of_departements([code]))
            case "region":
                return tuple(f.etude)
            case "deps":
                return tuple(f.of_departements(code.split(",")))
            case "epci":
                return tuple(f.of_epci(code))
            case _:
                return (code,)

    def area(self, contexte: Contexte) -> tuple[str, str]:
        """Return the area that the filters choose."""
        if not contexte.dep:
            return REGION
        return ("dep", contexte.dep) if "," not in contexte.dep else ("deps", contexte.dep)

    def departements(self, qui: tuple[str, str]) -> tuple[str, ...]:
        return () if qui == REGION else tuple(qui[1].split(","))

    def worth(self, qui: tuple[str, str]) -> str:
        """Return the qualifier of what is computed on the perimeter of a territory."""
        return ENVIRON if qui[0] == "cpts" and self.faits.indicative(qui[1]) else EXACT

    # What is measured.

    @cache  # noqa: B019 - one object a run
    def measure(self, quoi: str, qui: tuple[str, str]) -> Attendu | None:
        """Recompute a quantity of a territory."""
        codes = self.codes(qui)
        if not codes:
            return None
        f = self.faits
        compte: dict[str, Callable[[], float]] = {
            "population": lambda: f.population(codes),
            "communes": lambda: len(codes),
            "surface": lambda: f.surface(codes),
            "densite": lambda: f.densite(codes),
            "evolution": lambda: f.evolution(codes),
            "epci": lambda: f.distincts(codes, "siren_epci"),
            "departements": lambda: f.distincts(codes, "code_departement"),
            "plus_peuplee": lambda: f.population([f.plus_peuplee(codes)]),
            "part_plus_peuplee": lambda: (
                100 * f.population([f.plus_peuplee(codes)]) / f.population(codes)
            ),
        }
        mot = self.worth(qui)
        if quoi in {"plus_peuplee", "epci", "departements"}:
            # A commune's own population is exact, and a handful of units is no nearer the truth for being rounded.
            mot = EXACT
        return Attendu((quoi, *qui), float(compte[quoi]()), mot)

    @cache  # noqa: B019 - one object a run
    def announced(self, indicateur: str, cpts_id: str) -> Attendu | None:
        trouve = self.faits.annonce(cpts_id, indicateur)
        if trouve is None:
            return None
        valeur, qualificatif = trouve
        return Attendu((indicateur, "cpts", cpts_id), valeur, MOTS[qualificatif], calcule=False)

    @cache  # noqa: B019 - one object a run
    def summed(self, cle: tuple[str, ...], cpts_ids: tuple[str, ...]) -> Attendu | None:
        """Add up what some CPTS announce, worth what the weakest of them is (decision D4)."""
        somme = self.faits.somme(cpts_ids)
        if not somme.n:
            return None
        reserves = somme.qualificatifs - {"egal"}
        # What is not all of one kind is only « environ ».
        faible = "environ" if len(reserves) > 1 else next(iter(reserves), "egal")
        return Attendu(("somme_annoncee", *cle), somme.valeur, MOTS[faible], calcule=somme.n > 1)

    def covered(
        self, quoi: str, qui: tuple[str, str], dans: tuple[str, str] | None = None
    ) -> Attendu:
        """Recompute a figure of coverage; of an EPCI, for those of its communes that are in the chosen departments."""
        codes = self.codes(qui)
        if dans:
            codes = tuple(sorted(set(codes) & set(self.codes(dans))))
        c = self.coverage(codes)
        valeur = {
            "part_etablie": c.part if c.total else 0.0,
            "part_tous": c.part_tous if c.total else 0.0,
            "part_sans": 100 - c.part_tous if c.total else 0.0,
            "part_ajoutee": c.part_tous - c.part if c.total else 0.0,
            "etablis": c.etablis,
            "ajoutes": c.masques,
            "tous": c.tous,
            "sans": c.sans,
            "communes_etablies": c.communes_etablies,
            "communes_ajoutees": c.communes_masquees,
            "communes_toutes": c.communes_toutes,
            "communes_sans": c.communes_sans,
            "total": c.total,
            "communes": c.communes,
        }[quoi]
        # A covered share has words of its own (« établis et indicatifs »), and communes are counted bare (decision D2).
        # Nobody, and everybody of an EPCI, are known as its census is.
        # Who lives out of any perimeter lives in communes that are counted whole: exact, as a commune is.
        depend = quoi in {"tous", "ajoutes"} and c.communes_masquees > 0
        depend = depend and valeur not in {0, c.total}
        cle = (quoi, *qui, *(dans if dans and dans != qui and qui[0] == "epci" else ()))
        return Attendu(cle, float(valeur), ENVIRON if depend else EXACT)

    @cache  # noqa: B019 - one object a run
    def coverage(self, codes: tuple[str, ...]) -> Couverture:
        return self.faits.couverture(codes)

    def minimum(self, attendu: Attendu, qui: tuple[str, str]) -> Attendu:
        """Say « au moins » of what is covered where not every CPTS is known and drawn."""
        c = self.coverage(self.codes(qui))
        connu = set(self.departements(qui)) <= self.faits.complets and qui != REGION
        plein = c.communes_etablies == c.communes
        return attendu if connu or plein else replace(attendu, mot=AU_MOINS)

    # What a number of a sentence or of a cell should be.

    def judge(self, enonce: Enonce) -> Iterator[tuple[Nombre, Attendu | None]]:
        """Say of each number of a sentence what it should be; ``None`` where no rule knows it."""
        if HORS_COLONNES.match(enonce.colonne) or not re.search(r"\d", enonce.texte):
            return
        places: list[tuple[int, int, Attendu]] = []
        if enonce.colonne:
            places += [(0, len(enonce.texte), a) for a in columns.expect(self, enonce)]
        if not places:
            places += sentences.expect(self, enonce)
        for nombre in read_numbers(enonce.texte):
            yield (
                nombre,
                next((a for debut, fin, a in places if debut <= nombre.debut < fin), None),
            )

    def row(self, enonce: Enonce) -> tuple[str, str] | None:
        """Tell of whom a row is."""
        code = enonce.case("Code")
        if re.fullmatch(r"\d[\dAB]\d{3}", code):
            return ("commune", code)
        for debut in (
            "cpts_id",
            "CPTS",
            "nom_cpts",
            "Code",
            "code",
            "Ensemble",
            "Nom",
            "nom",
            "Département",
            "Intercommunalité",
            "Territoire",
            "Commune",
            "Autour de",
            "territoire",
        ):
            for titre, texte in enonce.ligne:
                if titre == debut and texte:
                    if texte in self.noms:
                        return self.noms[texte]
                    if re.fullmatch(r"\d[\dAB]\d{3}", texte):
                        return ("commune", texte)
                    if re.fullmatch(r"\d\d", texte):
                        return ("dep", texte)
        return None

    # What is published.

    def share(self, cpts_id: str, ecrit: float) -> Attendu | None:
        """Return the published share without médecin traitant that is meant, where several bases have one."""
        a = self.faits.annonces
        siennes = a[(a["cpts_id"] == cpts_id) & (a["indicateur"] == "part_sans_medecin_traitant")]
        if siennes.empty:
            return None
        proche = siennes.loc[(siennes["valeur"] - ecrit).abs().idxmin()]
        cle = ("part_sans_medecin_traitant", "cpts", cpts_id, str(proche["base"]))
        return Attendu(cle, float(proche["valeur"]), MOTS[proche["qualificatif"]], calcule=False)

    def numerator(self, cpts_id: str) -> Attendu | None:
        a = self.faits.annonces
        siennes = a[(a["cpts_id"] == cpts_id) & (a["numerateur"] != "")]
        if siennes.empty:
            return None
        return Attendu(("numerateur", cpts_id), float(siennes["numerateur"].iloc[0]), calcule=False)

    def milestone(self, enonce: Enonce, ecrit: str) -> Attendu | None:
        """Recognise the published milestone that a sentence, or a row, quotes."""
        jalon = self._find_milestone(_row_text(enonce), ecrit)
        if jalon is None:
            return None
        dits = ("date", "code_zone", "indicateur", "etape_mot_source", "qualificatif")
        cle = ("jalon", *(str(jalon[c]) for c in dits), ecrit)
        return Attendu(cle, float(jalon["valeur"]), MOTS[jalon["qualificatif"]], calcule=False)

    def _find_milestone(self, texte: str, ecrit: str) -> pd.Series | None:
        """Find the milestone of the zone, of the date and of the value that are written."""
        valeur = float(re.sub(r"[^\d,]", "", ecrit).replace(",", "."))
        zones = {code if genre != "region" else "27" for genre, code in self.named(texte)}
        j = self.faits.jalons
        siens = j[(j["valeur"] == valeur) & (j["code_zone"].isin(zones | {"FR", "27"}))]
        siens = siens[siens["date"].map(lambda date: self._is_dated(texte, date)).astype(bool)]
        propres = siens[siens["code_zone"].isin(zones)]
        siens = propres if len(propres) else siens
        if siens.empty:
            return None
        plat = re.sub(r"\s", " ", texte)
        dits = [bool(MOTS[q]) and f"{MOTS[q]} {ecrit}" in plat for q in siens["qualificatif"]]
        # Written bare, it is the one that its source gives bare, where there is one.
        choisis = siens[dits] if any(dits) else siens[siens["qualificatif"] == "egal"]
        return (choisis if len(choisis) else siens).iloc[0]

    def milestone_of_event(self, zone: str, ecrit: str, cpts_ids: str) -> Attendu | None:
        """Recognise the milestone of a department that was published on the day of an event."""
        dates = {self.faits.fiches.loc[i, "date_max"] for i in cpts_ids.split(",") if i}
        j, (_, code) = self.faits.jalons, self.noms[zone]
        siens = j[j["date"].isin(dates) & (j["code_zone"] == code) & (j["indicateur"] == "cpts")]
        if siens.empty:
            return None
        jalon = siens.iloc[0]
        cle = (
            "jalon",
            *(str(jalon[c]) for c in ("date", "code_zone", "indicateur", "etape_mot_source")),
            ecrit,
        )
        return Attendu(cle, float(jalon["valeur"]), MOTS[jalon["qualificatif"]], calcule=False)

    def known_at(self, enonce: Enonce) -> list[Attendu | None]:
        """Recompute what the data know at the date of the milestone of a row: CPTS, or shares covered."""
        m = re.search(
            r"(\d[\d\s,]*?)\s*(?:CPTS|projets|%)",
            enonce.case("Publié").split(" : ")[-1],
        )
        jalon = self._find_milestone(_row_text(enonce), m[1]) if m else None
        if jalon is None:
            return []
        statuts = _STATUTS.get(jalon["etape_mot_source"], ())
        zone = () if jalon["code_zone"] == "27" else (jalon["code_zone"],)
        f = self.faits
        fin = f"{jalon['date']}-31" if len(jalon["date"]) < len("2022-05-06") else jalon["date"]
        siennes = tuple(
            i
            for i in (f.connues(zone) if jalon["indicateur"] == "cpts" else f.fiches.index)
            if f.fiches.loc[i, "statut"] in statuts and "" < f.fiches.loc[i, "date_max"] <= fin
        )
        cle = (
            "connu",
            *(str(jalon[c]) for c in ("date", "code_zone", "indicateur", "etape_mot_source")),
        )
        if jalon["indicateur"] == "cpts":
            return [Attendu(cle, len(siennes))]
        codes = set(f.of_departements(zone))
        parts = [
            100 * f.population(f.couvertes(siennes, indicatifs=tous) & codes) / f.population(codes)
            for tous in (False, True)
        ]
        return [Attendu((*cle, str(rang)), part) for rang, part in enumerate(parts)]

    @staticmethod
    def _is_dated(texte: str, date: str) -> bool:
        if not date:
            return "date non publiée" in texte.lower()
        annee, *reste = date.split("-")
        mots = [annee]
        if reste:
            mots.append(_MOIS[int(reste[0]) - 1])
        if len(reste) > 1:
            mots.append(str(int(reste[1])))
        return all(re.search(rf"\b{mot}\b|\b{mot}er\b", texte, re.IGNORECASE) for mot in mots)

    def statistic(self, enonce: Enonce, ecrit: str) -> Attendu | None:
        """Find the published statistic that a line of context quotes."""
        if "Repères publiés" not in enonce.sous and "(" not in enonce.texte:
            return None
        valeur = float(re.sub(r"[^\d,]", "", ecrit).replace(",", "."))
        s = self.faits.statistiques
        siennes = s[pd.to_numeric(s["valeur"]).abs() == valeur]
        siennes = siennes[
            siennes["date"].map(lambda date: self._is_dated(enonce.texte, date)).astype(bool)
        ]
        if siennes.empty:
            return None
        une = siennes.iloc[0]
        cle = (
            "statistique",
            *(str(une[c]) for c in ("zone", "code_zone", "indicateur", "base", "date")),
        )
        return Attendu(cle, valeur, MOTS[une["qualificatif"]], calcule=False)

    # What is counted.

    @cache  # noqa: B019 - one object a run
    def resting(self, qui: tuple[str, str], *, deduits: bool) -> Attendu:
        """Count the established perimeters, or those that are deduced, that cover communes of an area."""
        f, dedans = self.faits, set(self.codes(qui))
        siennes = f.adhesions[
            f.adhesions["cpts_id"].isin(f.comptees())
            & f.adhesions["code_commune"].isin(dedans)
            & f.adhesions["confiance"].isin(["deduit"] if deduits else ["deduit", "documente"])
        ]
        return Attendu(("assise", str(deduits), *qui), siennes["cpts_id"].nunique())

    def drawn(self, qui: tuple[str, str], *, indicatifs: bool) -> Attendu:
        """Count the inhabitants of every perimeter that is drawn, whatever its stage."""
        toutes = tuple(
            i for i in self.faits.fiches.index if self.faits.fiches.loc[i, "statut"] != "abandonne"
        )
        dessinees = self.faits.couvertes(toutes, indicatifs=indicatifs) & set(self.codes(qui))
        etablies = self.faits.couvertes(toutes, indicatifs=False) & set(self.codes(qui))
        mot = ENVIRON if dessinees != etablies else EXACT
        return Attendu(("dessines", *qui, str(indicatifs)), self.faits.population(dessinees), mot)

    def written_shares(self, qui: tuple[str, str]) -> dict[str, float]:
        """Return the shares of the states as a bar writes them: each is what its end, rounded, adds to the one before.

        So they add up to 100, and the first is written as wherever else it stands.
        """
        etablie, toutes = (
            round(self.covered(q, qui).valeur, 1) for q in ("part_etablie", "part_tous")
        )
        return {
            "part_etablie": etablie,
            "part_ajoutee": toutes - etablie,
            "part_sans": 100 - toutes,
        }

    def white(self, qui: tuple[str, str]) -> Attendu:
        """Return what a zone blanche has: nothing, where every complete department is covered."""
        return Attendu(("zone_blanche", *qui), 0.0)

    @cache  # noqa: B019 - one object a run
    def count(self, quoi: str, qui: tuple[str, str], *, indicatifs: bool = True) -> Attendu:
        """Count the CPTS, or the zones, of an area."""
        f = self.faits
        connues = f.connues(self.departements(qui))
        comptees = set(f.comptees())
        vivantes = [i for i in connues if f.fiches.loc[i, "statut"] != "abandonne"]
        dessinees = [i for i in vivantes if f.dessinee(i)]
        possibles = [i for i in vivantes if i in comptees or f.fiches.loc[i, "statut"] == "inconnu"]
        siennes = {
            "connues": connues,
            "vivantes": vivantes,
            "comptees": [i for i in connues if i in comptees],
            "datees": [i for i in connues if i in comptees and f.fiches.loc[i, "date_max"]],
            "publient": [i for i in connues if f.annonce(i, "part_sans_medecin_traitant")],
            "dessinees": [i for i in dessinees if indicatifs or f.is_partly_etablie(i)],
            "indicatives": [i for i in dessinees if f.indicative(i)],
            "masquees": [i for i in dessinees if not f.is_partly_etablie(i)],
            "sans_perimetre": [i for i in vivantes if not f.dessinee(i)],
            "comptees_sans_perimetre": [i for i in connues if i in comptees and not f.dessinee(i)],
            "en_partie": [i for i in dessinees if f.indicative(i) and f.is_partly_etablie(i)],
            "possibles": possibles,
            "possibles_indicatives": [i for i in possibles if f.dessinee(i) and f.indicative(i)],
            "possibles_sans_perimetre": [i for i in possibles if not f.dessinee(i)],
        }
        if quoi == "zones":
            return Attendu(("zones", *qui), len(f.zones(self.departements(qui))))
        variante = () if indicatifs or quoi != "dessinees" else ("masques",)
        return Attendu((f"cpts_{quoi}", *qui, *variante), len(siennes[quoi]))

    def at_date(self, quoi: str, date: str, qui: tuple[str, str]) -> Attendu | None:
        """Recompute a figure of the roll-out at a day."""
        if not date:
            return None
        j = self.day(date, qui)
        if quoi == "somme_annoncee":
            return self.summed((date, *qui), j.certaines)
        valeur = {
            "n_annoncant": j.annonce.n,
            "n_min": len(j.certaines),
            "n_max": len(j.certaines) + len(j.possibles),
            "sans_date": len(j.sans_date),
            "peut_etre": len(j.possibles),
            "sans_perimetre": sum(not self.faits.dessinee(i) for i in j.certaines),
            "dessines_etablis": j.etablis[0],
            "communes_dessinees": j.etablis[1],
            "dessines_tous": j.tous[0],
            "communes_toutes": j.tous[1],
        }[quoi]
        depend = quoi in {"dessines_tous", "communes_toutes"} and j.tous != j.etablis
        return Attendu((quoi, date, *qui), valeur, ENVIRON if depend else EXACT)

    def _undrawn(self, qui: tuple[str, str]) -> tuple[str, ...]:
        comptees = set(self.faits.comptees())
        connues = self.faits.connues(self.departements(qui))
        return tuple(i for i in connues if i in comptees and not self.faits.dessinee(i))

    def undrawn_sum(self, qui: tuple[str, str]) -> Attendu | None:
        """Add up what the CPTS announce that count and have no perimeter."""
        return self.summed(("sans_perimetre", *qui), self._undrawn(qui))

    def undrawn_announcing(self, qui: tuple[str, str]) -> Attendu:
        return Attendu(("annoncent_sans_perimetre", *qui), self.faits.somme(self._undrawn(qui)).n)

    @cache  # noqa: B019 - one object a run
    def day(self, date: str, qui: tuple[str, str]) -> Jour:
        return self.faits.jour(date, self.departements(qui))

    def entering(self, debut: str) -> Attendu | None:
        """Add up what the CPTS announce that a line of the stages names."""
        nommees = [
            i
            for i, nom in self._courts.items()
            if re.search(rf"(?<!\w){re.escape(nom)}(?!\w)", debut)
        ]
        return self.summed(("+".join(sorted(nommees)),), tuple(nommees)) if nommees else None

    @cached_property
    def _courts(self) -> dict[str, str]:
        """Shorten the names of CPTS as lists of places have them."""
        courts = {}
        for i, nom in self.faits.fiches["nom"].items():
            reste = re.sub(r"^CPTS\s+(?:(?:du|des|de la|de|d')\s*)?", "", nom)
            courts[str(i)] = re.split(r", | et de ", reste)[0]
        return courts

    # The zones, and what is inside or beside a CPTS.

    @cache  # noqa: B019 - one object a run
    def zones(self, qui: tuple[str, str]) -> dict[str, Zone]:
        """Find the zones of an area, by the name of their most populous commune."""
        noms = self.faits.communes["nom"]
        return {noms[z.chef]: z for z in self.faits.zones(self.departements(qui))}

    @cache  # noqa: B019 - one object a run
    def zone(self, quoi: str, nom: str, qui: tuple[str, str]) -> Attendu | None:
        trouvee = self.zones(qui).get(nom)
        if trouvee is None:
            return None
        valeur = {
            "population": trouvee.population,
            "communes": len(trouvee.codes),
            "surface": trouvee.surface_km2,
            "densite": trouvee.population / trouvee.surface_km2,
            "epci": self.faits.distincts(trouvee.codes, "siren_epci"),
            "rang": 1 + list(self.zones(qui)).index(nom),
        }.get(quoi)
        return (
            None if valeur is None else Attendu((quoi, "zone", trouvee.chef, *qui), float(valeur))
        )

    @cache  # noqa: B019 - one object a run
    def zone_border(self, nom: str, cpts: str, qui: tuple[str, str]) -> Attendu | None:
        zone, voisine = self.zones(qui).get(nom), self.noms.get(cpts)
        if zone is None or voisine is None:
            return None
        km = self.faits.frontiere_km(zone.codes, voisine[1])
        return Attendu(("frontiere", zone.chef, voisine[1]), km, self.worth(voisine))

    def zone_named(self, enonce: Enonce) -> Zone | None:
        """Return the zone that is detailed, after the title above."""
        m = re.search(r" · ([^>]+?)(?: >|$)", enonce.sous)
        return self.zones(self.area(enonce.contexte)).get(m[1]) if m else None

    def absorbing(self, quoi: str, cpts_id: str, zone: Zone) -> Attendu:
        """Recompute what a CPTS would be, had it taken a zone in: of which the sum is no better known than the parts."""
        apres = set(self.codes(("cpts", cpts_id))) | zone.codes
        valeur = (
            self.faits.population(apres)
            if quoi == "population"
            else len(apres) - len(self.codes(("cpts", cpts_id)))
        )
        mot = self.worth(("cpts", cpts_id)) if quoi == "population" else EXACT
        return Attendu((f"{quoi}_apres", cpts_id, zone.chef), valeur, mot)

    @cache  # noqa: B019 - one object a run
    def border(self, cpts_id: str, cpts: str) -> Attendu | None:
        """Measure the border of two CPTS, between a commune of each that the other has not."""
        voisine = self.noms.get(cpts)
        if voisine is None or voisine[0] != "cpts":
            return None
        siennes = set(self.codes(("cpts", cpts_id))) - set(self.codes(voisine))
        km = self.faits.frontiere_km(siennes, voisine[1])
        mots = (self.worth(("cpts", cpts_id)), self.worth(voisine))
        return Attendu(("frontiere", *sorted((cpts_id, voisine[1]))), km, max(mots))

    @cache  # noqa: B019 - one object a run
    def within(self, quoi: str, cpts: tuple[str, str], qui: tuple[str, str]) -> Attendu | None:
        """Recompute what of a department, or of an EPCI, is in a CPTS."""
        communs = set(self.codes(cpts)) & set(self.codes(qui))
        habitants = self.faits.population(communs)
        valeur = {
            "habitants": habitants,
            "part_de_la_cpts": 100 * habitants / max(1, self.faits.population(self.codes(cpts))),
            "part_de_ses_habitants": 100
            * habitants
            / max(1, self.faits.population(self.codes(qui))),
        }[quoi]
        # An EPCI that is whole in it is counted by its own census.
        entier = quoi != "part_de_la_cpts" and len(communs) == len(self.codes(qui))
        return Attendu((quoi, *cpts, *qui), float(valeur), EXACT if entier else self.worth(cpts))

    # The rest.

    def ranked(self, libelle: str, enonce: Enonce) -> Attendu | None:
        """Count the CPTS that are ranked by an indicator: those whose figure is known, and exact where it is published."""
        f = self.faits
        if any(libelle.startswith(debut) for debut, _ in columns.COMPAREES):
            masquees = not enonce.contexte.indicatifs
            n = self.count("dessinees", REGION).valeur - (
                self.count("indicatives", REGION).valeur if masquees else 0
            )
        elif libelle.startswith("Population annoncée"):
            n = sum(
                (f.annonce(i, "population_annoncee") or (0, ""))[1] == "egal"
                for i in f.fiches.index
            )
        else:
            return None
        return Attendu(("classees", libelle, str(enonce.contexte.indicatifs)), n)

    def bound(self, ecrit: str) -> Attendu:
        """Return the bound of the ACI that is meant."""
        valeur = float(re.sub(r"\D", "", ecrit))
        proche = min(BORNES_ACI, key=lambda b: abs(b - valeur))
        return Attendu(("borne_aci", str(proche)), proche, calcule=False)

    def to_bound(self, cpts_id: str, *, annonce: bool) -> Attendu | None:
        """Return the distance from a population to the nearest bound above, or below, of the ACI."""
        de = (
            self.announced("population_annoncee", cpts_id)
            if annonce
            else self.measure("population", ("cpts", cpts_id))
        )
        if de is None:
            return None
        ecarts = [b - de.valeur for b in BORNES_ACI]
        ecart = next((e for e in ecarts if e > 0), -ecarts[-1])
        # What is « plus de » is less far below a bound.
        mot = {"plus de": "moins de", "moins de": "plus de"}.get(de.mot, de.mot)
        cle = ("a_la_borne", cpts_id, "annonce" if annonce else "calcul")
        return replace(de, cle=cle, valeur=abs(ecart), mot=mot)

    def difference(
        self, libelle: str, de: tuple[str, str], a: tuple[str, str], *, en_pct: bool
    ) -> Attendu | None:
        """Return what a territory has more than another, or by how many per cent."""
        quoi = next((q for debut, q in columns.COMPAREES if libelle.startswith(debut)), None)
        quoi = quoi or next(
            (q for debut, q in columns.COUVERTES if libelle.startswith(debut)), None
        )
        if quoi is None:
            return None
        mesure = self.measure if quoi in {q for _, q in columns.COMPAREES} else self.covered
        un, autre = mesure(quoi, de), mesure(quoi, a)
        if un is None or autre is None or (en_pct and not un.valeur):
            return None
        valeur = 100 * (autre.valeur / un.valeur - 1) if en_pct else autre.valeur - un.valeur
        cle = ("ecart_pct" if en_pct else "ecart", quoi, *de, *a)
        return Attendu(cle, valeur, max(un.mot, autre.mot))

    def gap_pct(self, cpts_id: str) -> Attendu | None:
        """Return computed minus announced, in per cent; only from an announcement that is exact."""
        de, vaut = (
            self.measure("population", ("cpts", cpts_id)),
            self.announced("population_annoncee", cpts_id),
        )
        if de is None or vaut is None or vaut.mot != EXACT:
            return None
        return Attendu(
            ("ecart_population_pct", "cpts", cpts_id), 100 * (de.valeur / vaut.valeur - 1), de.mot
        )

    def gap_communes(self, cpts_id: str) -> Attendu | None:
        de, vaut = (
            self.measure("communes", ("cpts", cpts_id)),
            self.announced("communes_annoncees", cpts_id),
        )
        if de is None or vaut is None or vaut.mot != EXACT:
            return None
        return Attendu(("ecart_communes", "cpts", cpts_id), de.valeur - vaut.valeur, de.mot)

    def sheet_line(self, qui: tuple[str, str] | None, quoi: str) -> list[Attendu | None]:
        """Return what a line of the sheet has: announced, computed, their difference."""
        if not qui or qui[0] != "cpts":
            return []
        ecart = self.gap_pct(qui[1]) if quoi == "population" else self.gap_communes(qui[1])
        return [
            self.announced(
                "population_annoncee" if quoi == "population" else "communes_annoncees", qui[1]
            ),
            self.measure(quoi, qui),
            ecart,
        ]

    def others(self, qui: tuple[str, str] | None, texte: str) -> Attendu | None:
        """Count the communes of a CPTS that a list does not name."""
        if not qui or qui[0] != "cpts" or not texte.startswith("Communes"):
            return None
        nommees = texte.split(":", 1)[1].split(" et ", maxsplit=1)[0].split(",")
        return Attendu(("autres_communes", *qui), len(self.codes(qui)) - len(nommees))


# The stages of today that had reached, at the least, what a publication counts.
_STATUTS = {
    "projet_valide": ("projet_valide", "lancee", "aci_signe"),
    "lancee": ("lancee", "aci_signe"),
    "en_fonctionnement": ("lancee", "aci_signe"),
    "aci_signe": ("aci_signe",),
}


def _row_text(enonce: Enonce) -> str:
    """Write a row of the milestones in one line; of a sentence, itself."""
    if not enonce.colonne:
        return enonce.texte
    return " ".join(t for nom, t in enonce.ligne if nom in {"Date", "Zone", "Publié"})


BORNES_ACI = (40_000.0, 80_000.0, 175_000.0)
_MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
