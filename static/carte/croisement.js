/* Deux taux sur une carte : le tiers où est chaque valeur, et neuf couleurs. Ni page, ni Leaflet. */

const TIERS = 3;
const DEGRES = ["bas", "moyen", "haut"];

/* La classe de chaque territoire, d'après son signe dans les deux suites de tiers : retenue dans l'une, elle l'est ici. */
const croiserTiers = (un, autre) => [...un].map((signe, rang) => {
  const [x, y] = [lireClasse(signe), lireClasse(autre[rang])];
  if (x === SECRETE || y === SECRETE) return SECRETE;
  return x === undefined || y === undefined ? undefined : x + TIERS * y;
});

/* Combien il y en a de chaque classe, puis de retenues et d'inconnues, parmi les territoires que l'on voit. */
const compterCroisees = (classes, estVu) => {
  const comptes = { cases: Array(TIERS * TIERS).fill(0), secretes: 0, inconnues: 0 };
  classes.forEach((classe, rang) => {
    if (!estVu(rang)) return;
    if (classe === SECRETE) comptes.secretes += 1;
    else if (classe === undefined) comptes.inconnues += 1;
    else comptes.cases[classe] += 1;
  });
  return comptes;
};

/* Quel coin du carré est le moins favorable, là où l'on sait des deux si plus haut vaut mieux. */
const direPire = ([horizontal, vertical]) => (horizontal && vertical
  ? `Le moins favorable : le coin en ${vertical === "haut" ? "bas" : "haut"} à ${horizontal === "haut" ? "gauche" : "droite"}.` : "");

/* La peinture de deux indicateurs, ou rien si l'un n'a pas de tiers. `noms` : sans le niveau. */
const croiserPeintures = (un, autre, noms, sens, palette, estVu) => {
  if (!un?.tiers || !autre?.tiers) return undefined;
  const classes = croiserTiers(un.tiers, autre.tiers);
  const { cases, secretes, inconnues } = compterCroisees(classes, estVu);
  const sans = [["croisees", "secret statistique pour l'un des deux", secretes], ["hachures", "non connu pour l'un des deux", inconnues]];
  return {
    titre: noms.join(" et "), palette, classes,
    methode: "tiers à peu près égaux de la zone d'étude, toutes années ensemble",
    croisement: { noms, cases, bornes: [un.tiers_bornes, autre.tiers_bornes], peintures: [un, autre], pire: direPire(sens) },
    legende: sans.filter(([, , compte]) => compte).map(([signe, texte, compte]) => [signe, texte, compte.toLocaleString("fr")]),
    histogramme: null, tailles: [], cercles: [], valeurs: {},
  };
};

/* Ce que vaut un territoire, pour l'un et pour l'autre. */
const direCroisees = ({ noms }, textes) => textes.map((texte, rang) => noms[rang] + " : " + (texte || "non connu"));

/* Si du blanc se lit sur une couleur mieux que de l'encre : sa luminance, comme WCAG la définit. */
const LUMINANCE = [0.2126, 0.7152, 0.0722];
const LUMINANCE_SOMBRE = 0.18;

const estSombre = (couleur) => {
  const parts = [1, 3, 5].map((debut) => parseInt(couleur.slice(debut, debut + 2), 16) / 255);
  const lineaires = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return lineaires.reduce((somme, part, rang) => somme + part * LUMINANCE[rang], 0) < LUMINANCE_SOMBRE;
};

/* Ce que montre le carré, à qui ne le voit pas. */
const direCarre = ({ noms, cases }) =>
  `De gauche à droite : ${noms[0]} ; de bas en haut : ${noms[1]}. ` +
  cases.map((compte, k) => `${DEGRES[k % TIERS]} et ${DEGRES[Math.floor(k / TIERS)]} : ${compte}`).join(", ") + ".";
