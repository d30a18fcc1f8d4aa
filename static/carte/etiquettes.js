/* Quels noms la carte écrit, du plus important au moins important : ni page, ni Leaflet. */

/* `vues` : ce que l'on voit de chaque CPTS ; `textes` : CPTS à la valeur qui s'écrit sur elle. */
const ordonnerNoms = (vues, textes, villes, departements, nationale) => {
  const valeurs = vues.filter(({ id }) => textes[id]).map(({ id, lat, lon, estRepere }) => ({
    texte: textes[id], lat, lon, genre: estRepere ? "valeur repere" : "valeur",
  }));
  if (nationale) return valeurs.concat(villes.filter((ville) => ville.genre === "prefecture"));
  const reperes = new Set(vues.filter(({ estRepere }) => estRepere).map(({ lon, lat }) => lon + " " + lat));
  const porteRepere = (ville) => reperes.has(ville.lon + " " + ville.lat);
  const rang = (ville) => (ville.genre === "prefecture" ? 0 : porteRepere(ville) ? 1 : 3);
  const noms = [
    ...villes.map((ville) => ({ ...ville, rang: rang(ville), ecart: porteRepere(ville) ? 13 : 8 })),
    ...departements.map((nom) => ({ ...nom, rang: 2 })),
  ];
  return valeurs.concat(noms.sort((a, b) => a.rang - b.rang));
};
