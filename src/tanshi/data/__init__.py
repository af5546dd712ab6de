"""Read statistics, check them, hand out typed tables; open data packs.

`load_panel` is what most callers need. Input-output tables come from
`tanshi.data.input_output`; market prices, yearly indices, abatement costs and sector
inventories from `tanshi.data.series`. Importing this room loads numpy only: the libraries
behind the file formats come in when a file of that format is read.
"""

from tanshi.data.packs import Note, Pack, PackFile, load_pack, load_sample_pack
from tanshi.data.panel import Panel, load_panel
from tanshi.data.reading import read_table
from tanshi.data.roles import find_column
from tanshi.data.table import Table

__all__ = [
    "Note",
    "Pack",
    "PackFile",
    "Panel",
    "Table",
    "find_column",
    "load_pack",
    "load_panel",
    "load_sample_pack",
    "read_table",
]
