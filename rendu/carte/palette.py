"""Every colour and every sign, with its meaning: no other Python module, and no template, writes one.

Screen and paper, maps and charts take them from here, and the scripts of the browser are handed
:func:`browser_colours`; style sheets keep their own values. Scales keep their order in grey and for every colour vision.
"""

# --- Paper and ink ---------------------------------------------------------------------------------

BLANC = "#ffffff"
# The inside of an outline that lies over something else.
TRANSPARENT = "none"
# Around what the atlas draws.
PAPIER = "#f6f6f6"
# Texts, outlines of CPTS, marks; then texts of less weight, and the least of all.
ENCRE = "#161616"
ENCRE_SECONDE = "#3a3a3a"
ENCRE_NOTE = "#5a5a5a"
# Borders of departments, and of what a chart fills.
TRAIT = "#8a8a8a"
# The same on the screen, of what was not chosen or lies over a base map.
TRAIT_ECRAN = "#999999"
# The frame of a sign in the legend of a page.
BORD_SIGNE = "#666666"
# Thin rules, frames, the empty part of a gauge.
FILET = "#dddddd"
# Links, titles, the territory that a page is about.
BLEU = "#000091"
# What must not be missed: warnings, the date that is looked at.
ALERTE = "#b34000"

# --- Communes --------------------------------------------------------------------------------------

# In no perimeter that is known: nothing follows from it.
COMMUNE_INDETERMINEE = "#f0f0f0"
# Of a zone blanche, as the ground of a map that is coloured by something else: a hue would be read as one of its
# classes.
COMMUNE_BLANCHE = "#d9d9d9"
# A zone blanche where it is the subject: the map of the gaps, the chart of coverage. Neither is coloured by anything
# else.
ZONE_BLANCHE = ALERTE
# Departments that were not chosen, and their borders.
HORS_CHOIX = "#fafafa"
TRAIT_HORS_CHOIX = "#c4c4c4"

# --- CPTS ------------------------------------------------------------------------------------------

# Fills for labelled areas that colour-blind readers tell apart: Paul Tol, "light" scheme
# (SRON technical note SRON/EPS/TN/09-002, 2021).
TEINTES = ("#77AADD", "#EEDD88", "#FFAABB", "#BBCC33", "#99DDFF", "#EE8866", "#44BB99", "#AAAA00")
# From little to much, and from less than announced to more.
BLEUS = ("#DBDAFF", "#A3A3F5", "#6A6AE0", "#2E2EA8", "#00005F")
DIVERGENTE = ("#B34000", "#E8A37B", "#FFF4C2", "#9A9AF0", "#2E2EA8")
# Two rates at once, by thirds: the first one grows towards blue along a row, the second one towards orange from row to
# row, and both towards black. Told apart by every colour vision, and from the greys of communes.
BIVARIEE = (
    *("#e2ebcf", "#9fc0ea", "#2f74c8"),
    *("#f3bd7c", "#a08f8c", "#3f4f86"),
    *("#d0700c", "#84401a", "#17121f"),
)
ETAPES = {
    "emergence": "#EEDD88",
    "lettre_intention": "#EE8866",
    "projet_valide": "#99DDFF",
    "lancee": "#6A6AE0",
    "aci_signe": "#00005F",
    "abandonne": BLANC,
}
# Whatever its stage: it counts, or covers, for sure; then with its indicative communes only.
COUVERT = BLEUS[4]
COUVERT_INDICATIF = BLEUS[1]
COMPTEE = BLEUS[1]
# One that could absorb the chosen zone.
CANDIDATE = BLEUS[3]
# The one that a map is about, and the others around it: on paper, then on the map of a page, where the communes show
# through.
CHOISIE, VOISINE = "#9a9af0", "#d4d4d4"
CHOISIE_TRANSPARENTE, VOISINE_TRANSPARENTE = "#6A6AE0", "#c8c8c8"
# As COMPTEE and CANDIDATE, under zones that are coloured by a measure: a CPTS is of none of its classes.
COMPTEE_NEUTRE, CANDIDATE_NEUTRE = VOISINE_TRANSPARENTE, TRAIT_ECRAN
# Side by side: the one that others are compared with is BLEU.
COMPAREE = "#8585c8"
COMPAREE_FOND = "#b9b8f2"
# A count: the area of a circle says the value; its border is read on the fill of the territories below.
CERCLE, CERCLE_BORD, SOUS_CERCLE = BLEUS[2], BLEUS[3], BLEUS[0]
# The player of an event, seen from afar: the other CPTS of the region, their outlines, and communes of none.
PALE, CONTOUR_PALE, COMMUNE_PALE = "#cfcff2", "#4a4a6a", "#eeeeee"
# What an import changes: communes that enter a perimeter, leave it, or go to another.
COMMUNE_ENTREE, COMMUNE_SORTIE, COMMUNE_DEPLACEE = BLEUS[4], DIVERGENTE[1], BLEUS[0]

# --- Signs that are no colour ----------------------------------------------------------------------

# Not published, or not computable; drawn with this colour on white.
HACHURES = "hachures"
HACHURE = "#b1b1b1"
# Published, but withheld: hatched both ways, for a secret is not an absence.
CROISEES = "croisees"
# An indicative perimeter.
TIRETS = "tirets"
LEGENDE_INDICATIF = "contour en tirets : périmètre indicatif"
# A CPTS without a known perimeter, or whose perimeter is hidden.
REPERE = "repere"
# Any of TEINTES: they tell neighbours apart and mean nothing else.
PLUSIEURS = "plusieurs"

# --- The same, on the dark theme's ground -------------------------------------------------------------

# What the map paints, as it is on white, to what it is in the dark: light and dark change places, so that « more » stays
# what stands out most. Tints that only tell neighbours apart stay. Paper is always white.
SOMBRES = {
    BLANC: "#161616",
    PAPIER: "#1e1e1e",
    ENCRE: "#f6f6f6",
    ENCRE_SECONDE: "#b0b0b0",
    ENCRE_NOTE: "#a6a6a6",
    TRAIT_ECRAN: "#7d7d7d",
    COMMUNE_INDETERMINEE: "#2a2a2a",
    COMMUNE_BLANCHE: "#4d4d4d",
    HACHURE: "#6f6f6f",
    ALERTE: "#f08a4b",
    BLEUS[0]: "#33336b",
    BLEUS[1]: "#5151a8",
    BLEUS[2]: "#7777dc",
    BLEUS[3]: "#a9a9f5",
    BLEUS[4]: "#e3e2ff",
    **dict(
        zip(
            BIVARIEE,
            (
                *("#2c4034", "#2f5d9c", "#4aa0ff"),
                *("#8a4f12", "#85858f", "#a5bfe8"),
                *("#f08a1c", "#f3bd90", "#ffffff"),
            ),
            strict=True,
        )
    ),
    DIVERGENTE[0]: "#f08a4b",
    DIVERGENTE[1]: "#a05a2c",
    DIVERGENTE[2]: "#4a4636",
    DIVERGENTE[3]: "#6363c4",
    VOISINE_TRANSPARENTE: "#5a5a5a",
    BLEU: "#a9a9f5",
    COMPAREE_FOND: "#5151a8",
}


def browser_colours() -> dict[str, str]:
    """Return as plain data the colours that a script draws with, by their names here in lower case.

    Fills that depend on the data (classes, stages) come with the data.

    >>> browser_colours()["commune_blanche"]
    '#d9d9d9'
    """
    return {
        "blanc": BLANC,
        "papier": PAPIER,
        "encre": ENCRE,
        "encre_seconde": ENCRE_SECONDE,
        "encre_note": ENCRE_NOTE,
        "trait_ecran": TRAIT_ECRAN,
        "bleu": BLEU,
        "commune_indeterminee": COMMUNE_INDETERMINEE,
        "commune_blanche": COMMUNE_BLANCHE,
        "zone_blanche": ZONE_BLANCHE,
        "choisie": CHOISIE_TRANSPARENTE,
        "voisine": VOISINE_TRANSPARENTE,
        "hachure": HACHURE,
        "cercle": CERCLE,
        "cercle_bord": CERCLE_BORD,
        "pale": PALE,
        "contour_pale": CONTOUR_PALE,
        "commune_pale": COMMUNE_PALE,
    }
