"""The screen: page frame, cached atlas, filters bound to the address, map layers, panels."""
