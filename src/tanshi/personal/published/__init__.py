"""What Wang, Zhao, Chen & Tang (2024) print, what follows instead, and which claims hold.

Formulas are written so that SymPy reads them: a test derives every one from the model and
compares it with the print, another compares it with what the code returns, and the page on
replication shows the same rows.
"""

from tanshi.personal.published.claims import CLAIMS, SIGN_CLAIMS
from tanshi.personal.published.computed import COMPUTED
from tanshi.personal.published.counterexamples import COUNTEREXAMPLES
from tanshi.personal.published.printed import PRINTED

__all__ = ["CLAIMS", "COMPUTED", "COUNTEREXAMPLES", "PRINTED", "SIGN_CLAIMS"]
