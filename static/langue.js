/* Streamlit sert lang="en", sans réglage : les lecteurs d'écran ont besoin de la vérité. Il écrit nombres et dates dans la
 * langue du navigateur : sur une page française, « 42,511 » se lirait quarante-deux et demi. */
document.documentElement.lang = "fr";
Object.defineProperty(navigator, "languages", { value: ["fr-FR"], configurable: true });
