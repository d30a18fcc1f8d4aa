/* Clavier, télécommande, boutons et doigts. */

const basculerPleinEcran = () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
};

ecouterTouches(document, { ...MOUVEMENTS, p: ouvrirOrateur, f: basculerPleinEcran, d: basculerOrigines,
  Escape: () => {
    ouvrirOrigines(false);
    noircir(false);
  } });

const BOUTONS = {
  precedente: reculer, suivante: avancer, "bouton-orateur": ouvrirOrateur, "bouton-ecran": basculerPleinEcran,
  "bouton-origines": basculerOrigines,
};
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

if (hote) {
  racine.classList.add("dans-la-page");
  // Sur un téléphone, le lancement que l'on choisit est loin sous la diapositive.
  window.frameElement.scrollIntoView();
}
montrer(lireAdresse());
window.focus();
racine.focus({ preventScroll: true });
