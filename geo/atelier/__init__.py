"""The workshop: scenarios in which territories are composed, as an append-only log of gestures."""
