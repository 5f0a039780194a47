"""Names of libraries that are not promised to stay, and that our code leans on: each still does what we lean on it for.

A failure here is not a fault of ours. It says what to read again before the bound in pyproject.toml is raised.
"""

import ast
import http.client
import inspect
import io
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from csp import middleware
from django.db import connection
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject

from lms.people.models import User

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def insist(is_so, library, name, where):
    assert is_so, (
        f"{library} no longer has {name} as we know it. {where} leans on it: read its docstring, mend it, and only "
        "then raise the bound in pyproject.toml."
    )


@pytest.mark.parametrize(
    "library", ["django", "django-allauth[mfa]", "django-csp", "pypdf", "xhtml2pdf"]
)
def test_a_library_whose_private_names_we_use_has_an_upper_bound(library):
    (bound,) = [
        line.removeprefix(library)
        for line in PROJECT["dependencies"]
        if re.match(rf"{re.escape(library)}[<>=~]", line)
    ]
    assert re.search(r",<\d", bound), f"{library} needs an upper bound in pyproject.toml."


def test_python_has_an_upper_bound_for_http_client():
    assert re.search(r",<3\.\d+", PROJECT["requires-python"])


def written() -> tuple[PdfWriter, bytes]:
    """A page with words in its stream, as a file."""
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    words = DecodedStreamObject()
    words.set_data(b"BT (first) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(words)
    file = io.BytesIO()
    writer.write(file)
    return writer, file.getvalue()


def test_pypdf_writes_what_stands_in_a_streams_data():
    reader = PdfReader(io.BytesIO(written()[1]))
    stream = reader.pages[0]["/Contents"].get_object()
    where = "lms/kit/files/pdfs.py (_clean_stream)"
    insist(isinstance(getattr(stream, "_data", None), bytes), "pypdf", "StreamObject._data", where)
    stream._data = b"BT (other) Tj ET"
    if hasattr(stream, "decoded_self"):
        stream.decoded_self = None
    copy = io.BytesIO()
    PdfWriter(clone_from=reader).write(copy)
    shown = PdfReader(copy).pages[0]["/Contents"].get_object().get_data()
    insist(b"other" in shown and b"first" not in shown, "pypdf", "StreamObject._data", where)


def test_pypdf_names_every_object_of_a_file():
    writer, file = written()
    reader = PdfReader(io.BytesIO(file))
    where = "lms/kit/files/pdfs.py (_objects)"
    places = getattr(reader, "xref", None)
    insist(
        isinstance(places, dict) and sum(map(len, places.values())) >= len(writer._objects),
        "pypdf",
        "PdfReader.xref",
        where,
    )
    insist(
        isinstance(getattr(reader, "xref_objStm", None), dict),
        "pypdf",
        "PdfReader.xref_objStm",
        where,
    )


def test_pypdf_writes_no_identifier_where_there_is_none():
    writer, _ = written()
    where = "lms/kit/files/pdfs.py (without_properties)"
    insist(hasattr(writer, "_ID"), "pypdf", "PdfWriter._ID", where)
    writer._ID = ArrayObject([])
    writer._ID = None
    file = io.BytesIO()
    writer.write(file)
    insist(b"/ID" not in file.getvalue(), "pypdf", "PdfWriter._ID", where)


@pytest.mark.parametrize("kind", [http.client.HTTPConnection, http.client.HTTPSConnection])
def test_http_client_connects_by_the_function_that_looks_first(kind):
    class Dialled(Exception):
        pass

    def dial(*_):
        raise Dialled

    made = kind("127.0.0.1", 9, timeout=1)
    made._create_connection = dial
    try:
        made.connect()
        is_asked = False
    except Dialled:
        is_asked = True
    except OSError:
        is_asked = False
    insist(is_asked, "Python's http.client", "_create_connection", "lms/kit/outgoing_http.py")


@pytest.mark.django_db
def test_djangos_compiler_can_be_kept_and_given_back():
    where = "lms/kit/prepared_statements.py"
    rows = User.objects.filter(pk__in=[1]).values_list("pk", "email")
    compiler = rows.query.get_compiler(connection=connection)
    compiler.as_sql()
    insist(
        isinstance(getattr(compiler, "select", None), list), "Django", "SQLCompiler.select", where
    )
    insist(
        callable(getattr(compiler, "get_converters", None))
        and isinstance(compiler.get_converters([one for one, *_ in compiler.select]), dict),
        "Django",
        "SQLCompiler.get_converters",
        where,
    )
    asked = []
    other = rows.all()
    other.query.get_compiler = lambda *_, **__: asked.append(True) or compiler
    list(other)
    insist(asked, "Django", "Query.get_compiler, asked by a QuerySet when it is read", where)
    for name in ("make_cursor", "make_debug_cursor"):
        insist(callable(getattr(connection, name, None)), "Django", f"connection.{name}", where)


def test_django_csp_reads_what_a_response_adds():
    insist(
        '"_csp_update"' in inspect.getsource(middleware),
        "django-csp",
        "response._csp_update",
        "lms/kit/middleware.py (AdminStyles)",
    )


def internal_names() -> set[tuple[str, str, str]]:
    """(our file, allauth's module, the name) for all that we import from what allauth calls internal."""
    return {
        (path.name, line.module, one.name)
        for path in sorted((ROOT / "lms" / "people").glob("*.py"))
        for line in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(line, ast.ImportFrom) and ".internal" in (line.module or "")
        for one in line.names
    }


def test_allauth_has_the_parts_of_signing_in_that_it_calls_internal():
    assert len(internal_names()) > 5
    for file, module, name in sorted(internal_names()):
        try:
            is_there = hasattr(import_module(module), name)
        except ImportError:
            is_there = False
        insist(is_there, "django-allauth", f"{module}.{name}", f"lms/people/{file}")
