"""What at least three rooms share: errors, frozen arrays, unit factors."""

from tanshi.core.arrays import frozen
from tanshi.core.errors import (
    CertificateError,
    Fault,
    InfeasibleError,
    InputError,
    NotIdentifiedError,
    OutputError,
    TanshiError,
)

__all__ = [
    "CertificateError",
    "Fault",
    "InfeasibleError",
    "InputError",
    "NotIdentifiedError",
    "OutputError",
    "TanshiError",
    "frozen",
]
