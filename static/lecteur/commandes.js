/* Clavier, télécommande, boutons et doigts. */

const basculerNotes = () => {
  const notes = par("notes");
  notes.hidden = !notes.hidden;
  par("bouton-notes").setAttribute("aria-pressed", String(!notes.hidden));
  ajuster();
};
const basculerPleinEcran = () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
};

const avancer = () => montrer(rang + 1);
const reculer = () => montrer(rang - 1);
const TOUCHES = {
  ArrowRight: avancer, ArrowDown: avancer, PageDown: avancer, " ": avancer,
  ArrowLeft: reculer, ArrowUp: reculer, PageUp: reculer,
  Home: () => montrer(0), End: () => montrer(diapositives.length - 1),
  n: basculerNotes, f: basculerPleinEcran,
};

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey) return;
  const touche = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  if (!Object.hasOwn(TOUCHES, touche)) return;
  // Sur un bouton, l'espace presse le bouton.
  if (touche === " " && e.target.closest("button, a")) return;
  e.preventDefault();
  if (touche === " " && e.shiftKey) reculer();
  else TOUCHES[touche]();
});

const BOUTONS = { precedente: reculer, suivante: avancer, "bouton-notes": basculerNotes, "bouton-ecran": basculerPleinEcran };
for (const [id, agir] of Object.entries(BOUTONS)) {
  par(id).addEventListener("click", (e) => {
    agir();
    // Après un clic de souris, les touches de la télécommande retrouvent le lecteur.
    if (e.detail || par(id).disabled) racine.focus({ preventScroll: true });
  });
}
par("bouton-ecran").hidden = !document.fullscreenEnabled;
document.addEventListener("fullscreenchange", () => {
  const libelle = document.fullscreenElement ? "Quitter le plein écran" : "Plein écran";
  par("bouton-ecran").setAttribute("aria-label", libelle);
  par("bouton-ecran").title = libelle + " (F)";
});

let depart = null;
racine.addEventListener("touchstart", (e) => {
  depart = e.touches.length === 1 ? e.touches[0] : null;
}, { passive: true });
racine.addEventListener("touchend", (e) => {
  if (!depart) return;
  const fin = e.changedTouches[0];
  const [dx, dy] = [fin.clientX - depart.clientX, fin.clientY - depart.clientY];
  depart = null;
  if (Math.abs(dx) < GLISSE_PX || Math.abs(dx) < 1.5 * Math.abs(dy)) return;
  if (dx < 0) avancer();
  else reculer();
});

window.addEventListener("hashchange", () => montrer(lireAdresse()));
window.addEventListener("resize", ajuster);
document.fonts.ready.then(() => {
  ajuster();
  if (montree) placerNoms();
});

if (hote) racine.classList.add("dans-la-page");
montrer(lireAdresse());
window.focus();
racine.focus({ preventScroll: true });
