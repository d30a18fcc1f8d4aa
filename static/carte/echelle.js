/* Ce que l'échelle change : les traits, et les communes, lues par département quand on est près. */

const lireCommunes = (departement) => {
  departement.lecture ??= lire(departement.fichier).then((donnees) => {
    departement.communes = tracerCommunes(formerCollection(donnees), departement);
    suivreVue();
  }).catch((erreur) => {
    // Un prochain déplacement de la carte la redemandera.
    departement.lecture = undefined;
    annoncer("Les communes n'ont pas pu être lues ; déplacez la carte pour les redemander.");
    throw erreur;
  });
  return departement.lecture;
};

const suivreVue = () => {
  if (!couches || !etat) return;
  const vue = carte.getBounds();
  const enVue = couches.departements.filter((departement) => vue.intersects(departement.bornes));
  const choisis = enVue.filter((departement) => etat.departements.includes(departement.code));
  if (vueNationale !== choisis.length > DEPARTEMENTS_MAX) {
    vueNationale = !vueNationale;
    peindreDepartements();
    couches.territoires.eachLayer((couche) => peindreTerritoire(couche, false));
    couches.reperes.eachLayer(peindreRepere);
  }
  const proches = choisirProches(enVue, choisis, COMMUNES_MAX);
  for (const departement of proches) if (!departement.communes) lireCommunes(departement);
  couches.communes.montrer([...proches].filter(({ communes }) => communes));
  peindreCommunes();
  const completes = [...proches].every((departement) => departement.communes) && couches.zonesLues === etat.zones;
  carte.getContainer().dataset.prete = completes ? "oui" : "non";
};
