/* Les touches qui tournent les diapositives : celles du clavier et de la télécommande. */

const aller = (demandee) => {
  noircir(false);
  montrer(demandee);
};
const avancer = () => aller(rang + 1);
const reculer = () => aller(rang - 1);
const MOUVEMENTS = {
  ArrowRight: avancer, ArrowDown: avancer, PageDown: avancer, " ": avancer, Enter: avancer,
  ArrowLeft: reculer, ArrowUp: reculer, PageUp: reculer, Backspace: reculer,
  Home: () => aller(0), End: () => aller(diapositives.length - 1),
  ".": basculerNoir, b: basculerNoir, Escape: () => noircir(false),
};

const ecouterTouches = (page, touches) => page.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const touche = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  if (!Object.hasOwn(touches, touche)) return;
  // Sur un bouton, l'espace et Entrée pressent le bouton.
  if ([" ", "Enter"].includes(touche) && e.target.closest("button, a")) return;
  e.preventDefault();
  if (touche === " " && e.shiftKey) reculer();
  else touches[touche]();
});
