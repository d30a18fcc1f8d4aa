/* L'écran noir : la salle regarde l'orateur. Un mouvement, ou la même touche, rallume. */

const noircir = (noir) => {
  if (par("noir").hidden !== noir) return;
  par("noir").hidden = !noir;
  // Dans la page, le lien de retour se pose sur le lecteur.
  if (hote) hote.document.documentElement.classList.toggle("ecran-noir", noir);
  par("annonce").textContent = noir ? "Écran noir." : "La diapositive est de nouveau montrée.";
  actualiserOrateur();
};
const basculerNoir = () => noircir(par("noir").hidden);

par("noir").addEventListener("click", () => noircir(false));
window.addEventListener("pagehide", () => noircir(false));
