"""Runs the installed command as people run it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

EYELEVEL = str(Path(sys.executable).with_name("eyelevel"))


def run_eyelevel(*arguments: str, home: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a process of its own, without a chat model unless one is named."""
    environment = {**os.environ, "EYELEVEL_HOME": str(home), "EYELEVEL_CHAT_MODEL": "none", **variables}
    return subprocess.run(
        [EYELEVEL, *arguments], capture_output=True, text=True, env=environment, check=False, timeout=280
    )
