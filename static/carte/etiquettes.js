/* Quels noms la carte écrit, du plus important au moins important : ni page, ni Leaflet. */

const RANGS = { zone: 0, prefecture: 1, cpts: 2, repere: 3, departement: 4, ville: 5 };

/* `vues` : ce que l'on voit de chaque CPTS ; `textes` : CPTS à la valeur qui s'écrit sur elle ;
 * `zones` : les noms des zones. */
const ordonnerNoms = (vues, textes, villes, departements, zones, nationale) => {
  const valeurs = vues.filter(({ id }) => textes[id]).map(({ id, lat, lon, estRepere }) => ({
    texte: textes[id], lat, lon, genre: estRepere ? "valeur repere" : "valeur",
  }));
  if (nationale) return valeurs.concat(villes.filter((ville) => ville.genre === "prefecture"));
  const reperes = new Set(vues.filter(({ estRepere }) => estRepere).map(({ lon, lat }) => lon + " " + lat));
  const porteRepere = (ville) => reperes.has(ville.lon + " " + ville.lat);
  const rangDeVille = (ville) => (ville.genre !== "prefecture" && porteRepere(ville) ? RANGS.repere : RANGS[ville.genre]);
  // Un repère est nommé par sa commune ; la valeur d'un territoire prend le milieu, son nom passe à côté.
  const cpts = vues.filter(({ estRepere }) => !estRepere).map(({ court, lat, lon, bornes }) => ({
    texte: court, lat, lon, bornes, genre: "cpts", rang: RANGS.cpts,
  }));
  const noms = [
    ...zones.map((zone) => ({ ...zone, genre: "cpts", rang: RANGS.zone })),
    ...cpts,
    ...villes.map((ville) => ({ ...ville, rang: rangDeVille(ville), ecart: porteRepere(ville) ? 13 : 8 })),
    ...departements.map((nom) => ({ ...nom, rang: RANGS.departement })),
  ];
  return valeurs.concat(noms.sort((a, b) => a.rang - b.rang));
};
