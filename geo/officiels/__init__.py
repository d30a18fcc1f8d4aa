"""Official files by commune: recognised, brought to the loaded COG, aggregated without inventing anything."""
