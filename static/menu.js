/* Sur un écran étroit, un bouton ouvre la navigation et les filtres (static/ecran.css). Dans le cadre d'un autre site, un lien
 * ouvre la même page hors de lui.
 * Une affectation, et non un écouteur : chaque page exécute ce texte, un seul doit rester. */
document.documentElement.classList.remove("menu-ouvert");
document.onclick = ({ target }) => {
  const bouton = target.closest("#ouvrir-menu");
  const lien = target.closest("#ouvrir-atlas");
  if (bouton) bouton.setAttribute("aria-expanded", document.documentElement.classList.toggle("menu-ouvert"));
  // D'une page à l'autre, l'en-tête reste parfois le même, et ce texte n'est pas exécuté de nouveau.
  if (target.closest(".st-key-navigation a")) {
    document.documentElement.classList.remove("menu-ouvert");
    document.querySelector("#ouvrir-menu").setAttribute("aria-expanded", "false");
  }
  if (lien) {
    const page = new URL(location.href);
    page.searchParams.delete("embed");
    lien.href = page.href;
  }
};
