"""The picture of an SVG document."""

from __future__ import annotations

from rendu.dessin.polices import font_folders

PPI = 300.0


def svg_to_png(svg: str, ppi: float = PPI) -> bytes:
    """Make a picture of an SVG document, at so many pixels an inch of its size in points."""
    import typst  # noqa: PLC0415 - when first used

    # Its annotations ask one type of the document and of the folders.
    png: bytes = typst.compile(  # type: ignore[call-overload]
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")',
        format="png",
        ppi=ppi,
        font_paths=[str(dossier) for dossier in font_folders()],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    return png
