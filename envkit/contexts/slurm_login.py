"""A Slurm batch script with `#!/bin/bash -l`: the submitter's variables, then login files.

/etc/profile and ~/.bash_profile or ~/.profile of the node come over what was submitted (sbatch(1)):
this is what `module load` needs, and what sets PATH anew on Debian.
"""

from __future__ import annotations

from envkit.contexts import _slurm
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="slurm_login",
    title="Slurm job (bash -l)",
    invocation=Invocation(login=True, command=True),
    given=_slurm.batch,
    shell="bash",
    imitated="bash -l with a bare login's environment and Slurm's marks; no slurmd is asked",
    absent=_slurm.absent,
)
