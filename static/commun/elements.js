/* Ce que la carte et le lecteur écrivent dans la page : toujours du texte, jamais du HTML. */

const element = (balise, classe, texte) => {
  const noeud = document.createElement(balise);
  if (classe) noeud.className = classe;
  if (texte !== undefined) noeud.textContent = texte;
  return noeud;
};

let mesure;

/* La largeur d'un texte, en pixels. */
const mesurer = (texte, police) => {
  mesure = mesure || document.createElement("canvas").getContext("2d");
  mesure.font = police;
  return mesure.measureText(texte).width;
};
