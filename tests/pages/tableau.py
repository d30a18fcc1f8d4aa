"""What the cells of a table of the screen read."""

import re

import pandas as pd
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1.element_tree import Dataframe


def written(tableau: Dataframe) -> pd.DataFrame:
    """Return the words of the cells under the names of their columns, plain spaces between them."""
    noms = tableau.value.columns
    mots = convert_arrow_bytes_to_pandas_df(tableau.proto.arrow_data.styler.display_values)
    mots = mots.iloc[:, -len(noms) :].set_axis(noms, axis="columns")
    return mots.map(lambda texte: re.sub(r"\s", " ", str(texte)))
