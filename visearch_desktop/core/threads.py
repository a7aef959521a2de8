"""How many threads NumPy's linear algebra may use; to be said before NumPy is imported."""

from __future__ import annotations

import os

OF_LINEAR_ALGEBRA = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_thread_of_linear_algebra() -> None:
    """Have NumPy multiply matrices on one thread, unless the person's environment says otherwise.

    Verification multiplies many matrices of about 1000 × 128. Shared between threads that have to wait for a busy core,
    each takes longer: on a busy computer a search takes three times as long. Networks are not concerned.
    """
    for name in OF_LINEAR_ALGEBRA:
        os.environ.setdefault(name, "1")
