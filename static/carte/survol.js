/* Ce que l'on pointe dans un tableau de la page se voit ici, et l'inverse (static/survol.js). */

/* Une zone est nommée après son genre : « Zone blanche · Gray ». */
const nomDe = ({ feature }) => feature.properties.nom.split(" · ").at(-1);

const peindrePointee = (couche, survol) => {
  if (couches.zones.hasLayer(couche)) peindreZone(couche, survol);
  else if (couches.territoires.hasLayer(couche)) peindreTerritoire(couche, survol);
  else couche.setStyle({ weight: survol ? TRAIT.choisi : traitOrdinaire() });
};

let pointee;

/* `noms` : les cellules d'une ligne ; la première que la carte connaît est pointée, s'il n'y en a qu'une de ce nom. */
const survoler = (noms) => {
  if (!couches || !etat) return;
  const montrees = [...visibles().map(({ couche }) => couche), ...couches.zones.getLayers()];
  const [trouvees] = noms.map((nom) => montrees.filter((couche) => nomDe(couche) === nom)).filter(({ length }) => length);
  const suivante = trouvees?.length === 1 ? trouvees[0] : undefined;
  if (suivante === pointee) return;
  if (pointee) peindrePointee(pointee, false);
  if (suivante) peindrePointee(suivante, true);
  pointee = suivante;
};

const direSurvol = (couche) => {
  couche.on("mouseover", () => parent.atlasSurvol?.(nomDe(couche)));
  couche.on("mouseout", () => parent.atlasSurvol?.(null));
};
