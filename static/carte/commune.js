/* La commune que l'on cherche : entourée et nommée, où qu'elle soit. */

const chercherCommune = (code, departement) => {
  etat.commune = attendu.commune = [code, departement];
  etat.selection = attendu.selection = null;
  // On l'a sous les yeux : la vue reste.
  visee = viser(etat);
  repeindre();
  dire("commune", code);
};

const montrerCommune = async () => {
  const { commune } = etat;
  const cle = String(commune);
  if (couches.communeMontree === cle) return;
  couches.communeMontree = cle;
  couches.commune.clearLayers();
  if (!commune) return;
  const [code, duDepartement] = commune;
  const departement = couches.departements.find((autre) => autre.code === duDepartement);
  await lireCommunes(departement);
  if (couches.communeMontree !== cle) return;
  couches.commune.addData(departement.communes.find(({ id }) => id === code));
  if (attendCommune) cadrer();
  placerNoms();
};

const nomDeCommune = () => couches.commune.getLayers().map((couche) => {
  const { lat, lng } = couche.getBounds().getCenter();
  return { texte: couche.feature.properties.nom, lat, lon: lng, genre: "commune" };
});
