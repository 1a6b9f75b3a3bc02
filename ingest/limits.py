"""How much one document may cost to read.

Used by `load` (sizes on disk and unpacked) and by `parser_child` (memory and time, set with rlimits). It must
not know a format. The defaults are those of the project's security notes: a 531 KiB docx was measured to need
1,026 MiB, and under a 512 MiB address space it failed cleanly.
"""

import zipfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import LoadError

MIB = 1024 * 1024


class ParserLimits(BaseModel):
    """What reading one document may use; crossing one costs that document and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    memory_mib: int = Field(default=512, ge=1)
    """Address space above the worker's own, in MiB."""
    seconds: int = Field(default=30, ge=1)
    """CPU time, and separately wall time, for one file; for one line of a jsonl file."""
    file_mib: int = Field(default=50, ge=1)
    """Largest file, in MiB, of the formats that are read whole."""
    stream_mib: int = Field(default=2048, ge=1)
    """Largest jsonl file, in MiB; it is read line by line, so its size costs no memory."""
    line_mib: int = Field(default=8, ge=1)
    """Longest line of a jsonl file, in MiB."""
    unpacked_mib: int = Field(default=200, ge=1)
    """Most that a docx or pptx may declare to hold once unpacked, in MiB."""
    members: int = Field(default=10_000, ge=1)
    """Most parts that a docx or pptx may hold."""


def verify_size(path: Path, source: str, limit_mib: int) -> None:
    """Raises LoadError unless `path` is a regular file of at most `limit_mib`; reads none of it."""
    try:
        stat = path.stat()
    except OSError as error:
        raise LoadError(f"{source!r} cannot be read ({error.strerror}); check the path and its rights.") from error
    if not path.is_file():
        raise LoadError(f"{source!r} is not a regular file; give a file or a folder of files.")
    if stat.st_size > limit_mib * MIB:
        size = stat.st_size / MIB
        raise LoadError(
            f"{source!r} is too large ({size:,.0f} MiB, the limit is {limit_mib} MiB); split it into smaller ones."
        )


def verify_unpacked(path: Path, source: str, limits: ParserLimits) -> None:
    """Raises LoadError where a zip container declares more than it may hold; unpacks nothing."""
    with zipfile.ZipFile(path) as container:
        members = container.infolist()
    size = sum(member.file_size for member in members)
    if size > limits.unpacked_mib * MIB or len(members) > limits.members:
        raise LoadError(
            f"{source!r} unpacks to {size / MIB:,.0f} MiB in {len(members):,} parts, more than the limit of "
            f"{limits.unpacked_mib} MiB in {limits.members:,}; save it again without what it does not need."
        )
