/* Ce que la feuille de style ne peut pas savoir au moment d'imprimer : la taille à laquelle l'écran a peint cartes
 * et tableaux, le thème, les lignes qu'un tableau ne montre pas, l'adresse et le jour.
 * Une affectation, et non un écouteur : chaque page exécute ce texte, un seul doit rester. */
window.onbeforeprint = () => {
  const tous = (choix) => document.querySelectorAll(choix);
  const legendes = [...tous("iframe")].map((cadre) => cadre.contentDocument?.querySelector(".legende:not([open])"));
  // Repliées à l'écran, les sources vont toujours avec la page, et la légende avec sa carte.
  const replis = [...tous(".st-key-sources details:not([open])"), ...legendes.filter(Boolean)];
  for (const repli of replis) repli.open = true;
  window.onafterprint = () => { for (const repli of replis) repli.open = false; };
  for (const bloc of tous("iframe, [data-testid=stDataFrameResizable]")) {
    if (!bloc.offsetWidth) continue;
    bloc.style.setProperty("--largeur", `${bloc.offsetWidth}px`);
    bloc.style.setProperty("--hauteur", `${bloc.offsetHeight}px`);
  }
  for (const defilement of tous(".stDataFrame .dvn-scroller")) {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = defilement;
    const caches = [scrollHeight > clientHeight + 1 && "lignes", scrollWidth > clientWidth + 1 && "colonnes"];
    const tableau = defilement.closest(".stDataFrame");
    if (caches.some(Boolean)) {
      tableau.dataset.impression = `Extrait : d'autres ${caches.filter(Boolean).join(" et ")} ne sont pas imprimées ; le tableau entier se télécharge.`;
    } else {
      delete tableau.dataset.impression;
    }
  }
  const app = document.querySelector(".stApp");
  document.documentElement.classList.toggle("imprime-sombre", getComputedStyle(app).colorScheme === "dark");
  const jour = new Date().toLocaleDateString("fr-FR", { dateStyle: "long" });
  document.querySelector(".stMainBlockContainer").dataset.impression = ` · ${location.href} · imprimé le ${jour}`;
};
