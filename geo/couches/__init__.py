"""Layers of polygons: read, laid on the communes, decided, written back."""
