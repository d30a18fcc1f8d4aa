"""The domain library of the atlas: communes, CPTS, territories, indicators and coverage."""
