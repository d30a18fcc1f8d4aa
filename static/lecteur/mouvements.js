/* Les touches qui tournent les diapositives : celles du clavier et de la télécommande. */

const avancer = () => montrer(rang + 1);
const reculer = () => montrer(rang - 1);
const MOUVEMENTS = {
  ArrowRight: avancer, ArrowDown: avancer, PageDown: avancer, " ": avancer,
  ArrowLeft: reculer, ArrowUp: reculer, PageUp: reculer,
  Home: () => montrer(0), End: () => montrer(diapositives.length - 1),
};

const ecouterTouches = (page, touches) => page.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const touche = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  if (!Object.hasOwn(touches, touche)) return;
  // Sur un bouton, l'espace presse le bouton.
  if (touche === " " && e.target.closest("button, a")) return;
  e.preventDefault();
  if (touche === " " && e.shiftKey) reculer();
  else touches[touche]();
});
