/* Streamlit sert lang="en", sans réglage : les lecteurs d'écran ont besoin de la vérité. */
document.documentElement.lang = "fr";
