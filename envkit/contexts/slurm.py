"""A Slurm batch script with `#!/bin/bash`: the submitter's variables, no startup file (sbatch(1)).

--export=ALL is the default: what the shell had that sbatch was typed in. The node's own files are
not read. --export=NONE has slurmd fetch a login environment of the node (--get-user-env).
"""

from __future__ import annotations

from envkit.contexts import _slurm
from envkit.model import Context, Invocation

CONTEXT = Context(
    name="slurm",
    title="Slurm batch job",
    invocation=Invocation(command=True),
    given=_slurm.batch,
    shell="bash",
    imitated="bash with a bare login's environment and Slurm's marks; no slurmd is asked",
    remedy="in the script: PATH={path}",
    absent=_slurm.absent,
)
