"""Bytes to text: what a file of unknown encoding says, or why it cannot be read.

The first step of reading any document (`ingest`) and any session note (`assistant.notes.files`). Pure: it opens
nothing, and it changes nothing of the text but for leaving out a byte order mark.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from assistant.errors import LoadError

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WESTERN = re.compile("[ÀÁÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœ“”‘’‚„…–—•€£©®™°§«»½\xa0]|(?<!\\w)[¿¡]")
"""What non-ASCII characters of western European prose look like in Windows-1252."""
_SAMPLE = 65_536
"""Bytes from which an unknown encoding is guessed; the whole is then decoded strictly."""


def decode(data: bytes, source: str, declared: Sequence[str] = ()) -> str:
    """Text of a file: by its byte order mark, as UTF-8, as `declared` by the format, else by its looks.

    Raises LoadError where the bytes are no text, or text damaged beyond telling.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding, source)
    if b"\x00" in data:
        raise _binary(source)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _verify_not_damaged(data, error, source)
        text = _guess(data, source, declared)
    if len(_CONTROLS.findall(text[:_SAMPLE])) * 50 > len(text[:_SAMPLE]):
        raise _binary(source)
    return text


def _guess(data: bytes, source: str, declared: Sequence[str]) -> str:
    """Text in an older encoding. Windows-1252 is tried before the detector, which mistakes short texts."""
    for encoding in declared:
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    sample = data[:_SAMPLE]
    western = _western(sample)
    encoding = "cp1252" if western else _detect(sample, source)
    return _strict(data, encoding, source)


def _western(sample: bytes) -> bool:
    """Whether a sample reads as western prose: at most a quarter beyond ASCII, and all of it plausible."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = sum(1 for character in text if character > "\x7f")
    return beyond * 4 <= len(text) and len(_WESTERN.findall(text)) == beyond


def _detect(sample: bytes, source: str) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample.rpartition(b"\n")[0] or sample).best()
    if best is None:
        raise _binary(source)
    return best.encoding


def _verify_not_damaged(data: bytes, error: UnicodeDecodeError, source: str) -> None:
    """Raises LoadError for UTF-8 with broken places, which any older encoding would turn into nonsense."""
    text = data[:_SAMPLE].decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    beyond = sum(1 for character in text if character > "\x7f") - broken
    if beyond > broken:
        raise LoadError(
            f"{source!r} is damaged: byte {error.start:,} is not UTF-8 like the rest; save it again as UTF-8."
        ) from error


def _strict(data: bytes, encoding: str, source: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(
            f"{source!r} is damaged: byte {error.start:,} is not {encoding}; save it again as UTF-8."
        ) from error


def _binary(source: str) -> LoadError:
    return LoadError(f"{source!r} is not text (it holds binary data); give it its true suffix or leave it out.")


def read_lines(stream: BinaryIO, limit: int) -> Iterator[bytes]:
    """Lines of a stream, each cut off one byte after `limit`; the rest of a longer one is passed over."""
    while line := stream.readline(limit + 1):
        yield line
        while len(line) > limit and not line.endswith(b"\n"):
            line = stream.readline(limit + 1)
            if not line:
                return
