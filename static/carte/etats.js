/* Ce que Python envoie, relu : ni page, ni Leaflet. */

/* Python marque les zones blanches : un nombre hexadécimal par département, un bit par commune dans l'ordre de son
 * fichier. */
const estMarquee = (marques, rang) => {
  const chiffre = (marques || "").at(-1 - (rang >> 2)) || "0";
  return Boolean((parseInt(chiffre, 16) >> (rang & 3)) & 1);
};

/* Les CPTS d'une commune que la carte dessine avec elle : leurs rangs. `siennes` : le rang de chacune, si la commune y est établie et, d'une commune
 * partagée, sa part. */
const dessinees = (siennes, formeDe) =>
  siennes.filter(([rang, etablie]) => formeDe(rang) === "complet" || (etablie && formeDe(rang) === "etabli")).map(([rang]) => rang);

/* Les noms de ces CPTS ; d'une commune partagée, en une ligne, avec la part de chacune. `nomDe` : d'un rang à un nom. */
const nommerCpts = (siennes, rangs, nomDe) => {
  const parts = new Map(siennes.map(([rang, , part]) => [rang, part]));
  if (!rangs.some((rang) => parts.get(rang))) return rangs.map(nomDe);
  const noms = rangs.map((rang) => nomDe(rang) + (parts.get(rang) ? " " + parts.get(rang) : ""));
  return [
    noms.length > 1
      ? "partagée : " + noms.join(", ") + " (parts estimées)"
      : "prise en partie : " + noms[0] + " (part estimée)",
  ];
};

/* Une commune n'y est pas établie, et la carte en a la CPTS sans son périmètre indicatif. */
const estMasquee = (siennes, formeDe) =>
  siennes.some(([rang, etablie]) => !etablie && ["repere", "etabli"].includes(formeDe(rang)));

const direCommune = (blanche, siennes, noms, masquee) => {
  if (blanche) return [...noms, "zone blanche : dans aucune CPTS comptée"];
  if (noms.length) return noms;
  if (masquee) return "dans un périmètre indicatif masqué";
  return siennes.length ? "dans une CPTS que les filtres ne montrent pas" : "sans périmètre connu";
};

/* Une liste de Python, dans l'ordre du fichier des territoires, à ce que l'on cherche par CPTS. */
const lireParCpts = (ids, liste, traduire = (valeur) => valeur) =>
  Object.fromEntries(ids.map((id, rang) => [id, traduire(liste[rang])]));

/* Les départements dont les communes sont à peindre : ceux en vue ou, s'ils en comptent trop, les choisis parmi eux. */
const choisirProches = (enVue, choisis, communesMax) => {
  const tient = (departements) =>
    departements.reduce((somme, departement) => somme + departement.effectif, 0) <= communesMax;
  return new Set([enVue, choisis].find(tient) || []);
};

/* Ce que l'on règle sur la carte, le serveur ne le redit pas : il n'en décide que lorsqu'il a lu une autre adresse. */
const REGLAGES = ["ind", "ind2", "fond"];

const garderReglages = (nouveau, avant) => {
  if (avant?.tour === nouveau.tour) for (const nom of REGLAGES) nouveau[nom] = avant[nom];
  return nouveau;
};

/* Ce que la vue suit de ce que l'on a choisi ; une commune cherchée se voit dans sa zone. */
const viser = ({ zone, commune, selection }) =>
  zone ? "zone=" + zone : commune ? "commune=" + commune[0] : selection ? "cpts=" + selection : null;

/* Python met -1 au lieu d'une classe, ou « s » dans une suite de classes : la valeur est retenue. */
const SECRETE = -1;

const lireClasse = (signe) => (signe === "s" ? SECRETE : signe === "-" || signe === undefined ? undefined : Number(signe));

/* Le rang d'une commune parmi les territoires d'un niveau : un nombre, quand ceux d'un département se suivent. */
const rangDans = (places, departement, rang) => {
  const siennes = places[departement];
  return typeof siennes === "number" ? siennes + rang : siennes?.[rang] ?? undefined;
};

/* Le niveau que la carte montre pour celui que l'on demande, et ce qu'elle en dit : tous les indicateurs n'ont pas tous
 * les niveaux. */
const trouverNiveau = (replis, ind, demande) => replis[ind]?.[demande] ?? [demande, ""];

/* La série d'un indicateur : la dernière année, que la liste montre, toutes les années, et le rang de celle que l'on voit. */
const trouverSerie = (series, ind) => {
  for (const [dernier, annees] of Object.entries(series)) {
    const rang = annees.findIndex(([un]) => un === ind);
    if (rang >= 0) return { dernier, annees, rang };
  }
  return { dernier: ind, annees: [], rang: 0 };
};

/* La légende d'un indicateur par département ou par commune : ses classes, et les signes des CPTS, dont le trait reste. */
const SIGNES_DU_TRAIT = ["tirets", "repere"];

const signesDuTrait = ({ legende }) => legende.filter(([signe]) => SIGNES_DU_TRAIT.includes(signe));

const peindreParNiveau = (parCpts, niveau) => ({
  ...niveau,
  legende: niveau.legende.concat(signesDuTrait(parCpts)),
  tailles: [], cercles: [], valeurs: {},
});
