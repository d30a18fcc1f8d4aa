"""What leaves the application: slides, player, sheet, maps. No streamlit here."""
