/* L'adresse : celle de la page qui porte le lecteur, ou le signet du fichier. */

const hote = (() => {
  try {
    return window.parent !== window && window.parent.location.origin === window.origin ? window.parent : null;
  } catch {
    return null;
  }
})();
const parametres = () => new URLSearchParams(hote ? hote.location.search : window.location.hash.slice(1));

const lireAdresse = () => {
  const demandee = Number.parseInt(parametres().get("n"), 10);
  return Number.isNaN(demandee) ? 0 : demandee - 1;
};
const ecrireAdresse = (rang) => {
  if (lireAdresse() === rang) return;
  const adresse = new URL(hote ? hote.location.href : window.location.href);
  if (hote) adresse.searchParams.set("n", rang + 1);
  else adresse.hash = "n=" + (rang + 1);
  const { history } = hote || window;
  history.replaceState(history.state, "", adresse);
};
