/* Sur un écran étroit, un bouton ouvre la navigation et les filtres (static/ecran.css).
 * Une affectation, et non un écouteur : chaque page exécute ce texte, un seul doit rester. */
document.documentElement.classList.remove("menu-ouvert");
document.onclick = ({ target }) => {
  const bouton = target.closest("#ouvrir-menu");
  if (bouton) bouton.setAttribute("aria-expanded", document.documentElement.classList.toggle("menu-ouvert"));
};
