"""slurmd's start of a batch script: what the submitter had, and Slurm's own marks (sbatch(1))."""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Given, Platform


def batch(host: Host, platform: Platform) -> tuple[Given, ...]:
    """A bare login's environment as the submitter's (--export=ALL), and Slurm's."""
    by = "the submitter"
    submitted = (one._replace(by=f"{by} ({one.by})") for one in _base.terminal(host, platform))
    own = {"SLURM_JOB_ID": "1", "SLURM_SUBMIT_DIR": str(host.home), "ENVIRONMENT": "BATCH"}
    own["SHLVL"] = "1"
    return (*submitted, *(Given(name, value, "slurmd") for name, value in own.items()))


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "sbatch")
