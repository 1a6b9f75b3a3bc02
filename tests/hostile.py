"""Files that were made to do harm, and mutations of good ones; the tests of both parsers read them."""

import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
WORD_ENDS = b"</w:body></w:document>"
SECRET = "a secret of this machine"
PARAGRAPH = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>"


def docx(xml: bytes, part: str = "word/document.xml", **more: bytes) -> bytes:
    """A Word file in which one part is `xml`."""
    from docx import Document

    plain = io.BytesIO()
    document = Document()
    document.add_paragraph("Words.")
    document.save(plain)
    return repacked(plain.getvalue(), part, xml, **more)


def pptx(xml: bytes | None = None, part: str = "ppt/slides/slide1.xml") -> bytes:
    from pptx import Presentation

    plain = io.BytesIO()
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Title"
    deck.save(plain)
    return repacked(plain.getvalue(), part, xml) if xml is not None else plain.getvalue()


def repacked(package: bytes, part: str, content: bytes, **more: bytes) -> bytes:
    """The zip container with another content in one part, and with more parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as plain,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as changed,
    ):
        for member in plain.infolist():
            changed.writestr(member, content if member.filename == part else plain.read(member))
        for name, added in more.items():
            changed.writestr(name, added)
    return out.getvalue()


def body(content: bytes) -> bytes:
    return docx(WORD + content + WORD_ENDS)


def lying_sizes(package: bytes) -> bytes:
    """The container with a lie in its list: every part is said to be of ten bytes."""
    data = bytearray(package)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def entities(secret: Path) -> bytes:
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE d [<!ENTITY e0 "lol"><!ENTITY file SYSTEM "{secret.as_uri()}">{grown}]>'
    return head.encode() + WORD + b"<w:p><w:r><w:t>Words &file; &e11;</w:t></w:r></w:p>" + WORD_ENDS


def pdf(*objects: bytes) -> bytes:
    """A PDF with these objects, numbered from 1; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def pdf_page(content: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    stream = b"<</Length %d/Filter [%s]>>stream\n%s\nendstream" % (len(content), filters, content)
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream)


def zeros(rounds: int, size: int = 60 << 20) -> bytes:
    data = b"\0" * size
    for _ in range(rounds):
        data = zlib.compress(data, 9)
    return data


def yaml_bomb() -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 10)]
    return "---\n" + "\n".join(lines) + "\ntitle: *a9\nid: *a9\n---\n\n# T\n\nWords.\n"


def hostile(secret: Path) -> dict[str, bytes]:
    """By name, what an ingest must outlive."""
    circle = pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>", b"<</Type/Pages/Kids[2 0 R]>>"
    )
    return {
        "entities.docx": docx(entities(secret)),
        "entities.pptx": pptx(entities(secret)),
        "entities in styles.docx": docx(entities(secret), "word/styles.xml"),
        "entities in relations.docx": docx(entities(secret), "_rels/.rels"),
        "outside.docx": docx(WORD + PARAGRAPH + WORD_ENDS, **{"../../outside.txt": b"x", "/outside.txt": b"x"}),
        "lies.docx": lying_sizes(body(PARAGRAPH * 10_000)),
        "deep.docx": body(b"<w:p>" * 100_000),
        "deep and closed.docx": body(b"<w:sdt>" * 50_000 + b"</w:sdt>" * 50_000),
        "boxes in a cell.docx": body(
            b"<w:tbl><w:tr><w:tc>" + b"<w:p><w:r><w:txbxContent>" * 80 + b"<w:p><w:r>" + b"<w:t>x</w:t>" * 20_000
            + b"</w:r></w:p>" + b"</w:txbxContent></w:r></w:p>" * 80 + b"</w:tc></w:tr></w:tbl>"
        ),
        "long attribute.docx": body(b'<w:p a="' + b"x" * (18 << 20) + b'"/>'),
        "many attributes.docx": body(b"<w:p " + b" ".join(b"a%d='x'" % n for n in range(100_000)) + b"/>"),
        "many parts.docx": docx(WORD + WORD_ENDS, **{f"part{n}.xml": b"" for n in range(10_000)}),
        "wrong encoding.docx": docx(b'<?xml version="1.0" encoding="cp037"?>' + WORD + WORD_ENDS),
        "itself.docx": b"PK\x03\x04" + b"\0" * 4000,
        "deep.pptx": pptx(b"<p:sld>" * 100_000),
        "bomb.pdf": pdf_page(zeros(1)),
        "nested bomb.pdf": pdf_page(zeros(3), b"/FlateDecode/FlateDecode/FlateDecode"),
        "circle.pdf": circle,
        "million pages.pdf": pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 999999999>>"),
        "deep.pdf": pdf(b"[" * 50_000 + b"]" * 50_000),
        "words forever.pdf": pdf_page(zlib.compress(b"BT " + b"(x) Tj " * 200_000 + b"ET")),
        "deep.html": b"<div>" * 20_000 + b"x",
        "deep table.html": b"<table><tr><td>" * 3_000 + b"x",
        "attributes.html": b"<p " + b" ".join(b"a%d=x" % n for n in range(200_000)) + b">x",
        "entities.html": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e;' + b"&amp" * 200_000,
        "unclosed.html": b"<" * 9_000 + b"<!--" * 3_000 + b"<![CDATA[" * 1_000,
        "brackets.md": b"# T\n\n" + b"[" * 200_000,
        "quotes.md": b"# T\n\n" + b">" * 100_000 + b" x",
        "lists.md": b"# T\n\n" + b"".join(b" " * (2 * n) + b"- x\n" for n in range(1_000)),
        "stars.md": b"# T\n\n" + b"*a **a " * 8_000,
        "ticks.md": b"# T\n\n" + b"".join(b"`" * n + b" " for n in range(1, 1_500)),
        "tag.md": b"---\n!!python/object/apply:os.system ['touch pwned']\n---\n\n# T\n\nWords.\n",
        "deep front matter.md": b"---\na: " + b"[" * 20_000 + b"\n---\n\nWords.\n",
        "zeros.md": b"\0" * 100_000,
        "zeros between.txt": b"w\0o\0r\0d\0s\0 " * 1_000,
        "bytes.txt": random.Random(1).randbytes(200_000),
        "one line.txt": b"word " * 2_000_000,
        "no spaces.txt": b"x" * 10_000_000,
        "utf-16 without a mark.txt": ("Words of two bytes each. " * 500).encode("utf-16-le"),
        "utf-7.txt": "Grüße +AGE-".encode("utf-7"),
        "half.txt": "ä".encode()[:1] * 3_000,
        "headings.txt": b"Title:\n" * 20_000,
        "deep.jsonl": b'{"_id":"a","text":' + b"[" * 500_000,
        "numbers.jsonl": b'{"_id":"a","title":"T","text":"x","n":' + b"1" * 1_000_000 + b"}",
        "long line.jsonl": b'{"_id":"a","title":"T","text":"' + b"x" * (9 << 20) + b'"}',
        "halves.jsonl": json.dumps({"_id": "\ud800", "title": "\udfff", "text": "\ud83d half"}).encode(),
        "odd.jsonl": b'{"_id":"a","_id":1e999,"text":NaN}\n[]\n"x"\nnull\n{"_id":{},"text":[]}\n\xff\n',
    }  # fmt: skip


def endless() -> dict[str, bytes]:
    """By name, what takes minutes to read."""
    return {
        "many paragraphs.docx": body(PARAGRAPH * 500_000),
        "unclosed.html": b"<" * 300_000 + b"<!--" * 100_000 + b"<![CDATA[" * 10_000,
        "aliases.md": yaml_bomb().encode(),
    }


def seeds() -> dict[str, bytes]:
    """A small good file of each format."""
    article = "---\nid: a\ntitle: T\n---\n\n# T\n\nWords of it.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n"
    cues = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Lina>Hello.</v>\n\n00:03.000 --> 00:04.000\nHenrik: Hi.\n"
    page = b"<html><title>T</title><h1>H</h1><p>x &amp; y<table><tr><td>a<td>b</table><pre>q</pre><ul><li>z</ul></html>"
    rows = [{"_id": "d", "title": "T", "text": "Words."}, {"id": "n", "text": "A note.", "writer": "mentor"}]
    return {
        "a.md": article.encode(),
        "a.txt": b"Title\n\nLina: Hello there.\nHenrik: Hi.\n\n1. One\n2. Two\n",
        "a.html": page,
        "a.jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "a.pdf": pdf_page(zlib.compress(b"BT /F1 12 Tf 9 9 Td (Words) Tj ET")),
        "a.docx": body(PARAGRAPH + b"<w:tbl><w:tr><w:tc>" + PARAGRAPH + b"</w:tc></w:tr></w:tbl>"),
        "a.pptx": pptx(),
        "a.vtt": cues.encode(),
        "a.srt": cues.replace("WEBVTT\n\n", "1\n").replace(".000", ",000").encode(),
    }


def mutations(chance: random.Random, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Without end: a seed of one of these formats with some bytes changed, in a part of it where it is a container."""
    chosen = {name: data for name, data in seeds().items() if Path(name).suffix in suffixes}
    while True:
        name, data = chance.choice(sorted(chosen.items()))
        if data.startswith(b"PK") and chance.random() < 0.8:
            with zipfile.ZipFile(io.BytesIO(data)) as container:
                small = [part.filename for part in container.infolist() if part.file_size < 20_000]
                part = chance.choice(small)
                content = container.read(part)
            yield name, repacked(data, part, mutated(chance, content))
        else:
            yield name, mutated(chance, data)


def mutated(chance: random.Random, data: bytes) -> bytes:
    changes: tuple[Callable[[bytes, int, int], bytes], ...] = (
        lambda d, i, j: d[:i] + chance.randbytes(chance.randint(1, 4)) + d[i:],
        lambda d, i, j: d[:i] + d[j:],
        lambda d, i, j: d[:j] + d[i:j] * chance.choice((1, 3, 50)) + d[j:],
        lambda d, i, j: d[:i] + chance.choice(_PIECES) + d[j if chance.random() < 0.3 else i :],
        lambda d, i, j: d[:i] + bytes([d[i] ^ 1 << chance.randrange(8)]) + d[i + 1 :] if i < len(d) else d,
        lambda d, i, j: d[:i],
    )
    for _ in range(chance.choice((1, 1, 2, 5))):
        start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        data = chance.choice(changes)(data, start, min(end, start + 300))
    return data


_PIECES = (
    *(b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\r", b"\x85", b"\xe2\x80\xa8", b"\\ud800", b"-1", b"9" * 20, b"%s"),
    *(b"<", b">", b"</", b"]]>", b"<![CDATA[", b"&#0;", b"&#xD800;", b"&e;", b'"', b"'", b"<!DOCTYPE x [", b"-->"),
    *(b"<?xml encoding='utf-16'?>", b"---\n", b"{", b"[", b"00:00:99.999 --> ", b"<v ", b"/Length 99999999", b"endobj"),
)
