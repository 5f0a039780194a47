"""Invented OpenDocument files and presentations with an author in every place where programs put one."""

import io
import zipfile

from PIL import Image

SPACES = (
    " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "style": "style",
            "svg": "svg-compatible",
            "fo": "xsl-fo-compatible",
            "meta": "meta",
            "presentation": "presentation",
            "manifest": "manifest",
        }.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
S = "http://schemas.openxmlformats.org"
REL = f"{S}/officeDocument/2006/relationships"
PML = "application/vnd.openxmlformats-officedocument.presentationml"
N = f'xmlns:a="{S}/drawingml/2006/main" xmlns:p="{S}/presentationml/2006/main" xmlns:r="{REL}"'
AUTHOR = "Wordperson McProperty"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(out, "PNG")
    return out.getvalue()


def packed(parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def odf_parts(body, mimetype=ODT, author=AUTHOR) -> dict[str, str | bytes]:
    return {
        "mimetype": mimetype,
        "META-INF/manifest.xml": f"<manifest:manifest {SPACES}/>",
        "meta.xml": f"<office:document-meta {SPACES}><office:meta><meta:initial-creator>{author}</meta:initial-creator><dc:creator>{author}</dc:creator>"
        f"<meta:printed-by>{author}</meta:printed-by><meta:editing-cycles>7</meta:editing-cycles>"
        f'<meta:user-defined meta:name="Student">{author}</meta:user-defined></office:meta></office:document-meta>',
        "settings.xml": f"<office:document-settings {SPACES}><office:settings><x>{author}</x></office:settings></office:document-settings>",
        "styles.xml": f'<office:document-styles {SPACES}><style:master-page style:name="S"><style:header><text:p>{author}</text:p></style:header></style:master-page></office:document-styles>',
        "content.xml": f'<office:document-content {SPACES}><office:automatic-styles><style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="P"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style></office:automatic-styles>'
        f"<office:body>{body}</office:body></office:document-content>",
        "Pictures/red.png": picture(),
        "Thumbnails/thumbnail.png": picture(),
    }


def odt_parts(author=AUTHOR) -> dict[str, str | bytes]:
    return odf_parts(
        "<office:text>"
        f"<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>{author}</dc:creator></office:change-info><text:p>deleted by {author}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        f'<text:user-field-decls><text:user-field-decl office:string-value="{author}" text:name="me"/></text:user-field-decls>'
        '<text:h text:outline-level="1">What the law asks</text:h>'
        '<text:p>An <text:span text:style-name="B">invented</text:span><text:s/>survivor.<text:line-break/>Second line'
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>A note below.</text:p></text:note-body></text:note>.'
        f"<office:annotation><dc:creator>{author}</dc:creator><text:p>a comment of {author}</text:p></office:annotation></text:p>"
        f'<text:p>By <text:author-name>{author}</text:author-name><text:user-field-get text:name="me">{author}</text:user-field-get><text:sender-lastname>{author}</text:sender-lastname>'
        f"<text:initial-creator>{author}</text:initial-creator><text:printed-by>{author}</text:printed-by><text:file-name>{author}.odt</text:file-name><text:user-defined>{author}</text:user-defined> and after it</text:p><text:p>Filled <text:text-input>in by hand</text:text-input></text:p>"
        f'<text:p text:style-name="H">hidden {author}</text:p>'
        '<text:list text:style-name="L"><text:list-item><text:p>First item</text:p></text:list-item><text:list-item><text:p>Second item<draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame></text:p></text:list-item></text:list>'
        "<table:table><table:table-row><table:table-cell><text:p>Cell one</text:p></table:table-cell><table:table-cell><text:p>Cell two</text:p></table:table-cell></table:table-row></table:table>"
        f'<text:p><draw:frame draw:name="{author}" svg:width="5cm" svg:height="3cm"><draw:image xlink:href="Pictures/red.png"/><svg:title>{author}</svg:title></draw:frame></text:p>'
        f'<text:p><text:a xlink:href="file:///home/{author}/x" office:title="{author}">A link</text:a></text:p>'
        "</office:text>",
        author=author,
    )


def odp_parts(author=AUTHOR) -> dict[str, str | bytes]:
    return odf_parts(
        f'<office:presentation><draw:page draw:name="{author}">'
        '<draw:frame presentation:class="title"><draw:text-box><text:p>A decision</text:p></draw:text-box></draw:frame>'
        "<draw:custom-shape><text:p>Reasonable grounds</text:p></draw:custom-shape>"
        f'<draw:frame presentation:class="footer"><draw:text-box><text:p>{author}</text:p></draw:text-box></draw:frame>'
        '<presentation:notes><draw:frame presentation:class="notes"><draw:text-box><text:p>What I would say</text:p></draw:text-box></draw:frame></presentation:notes>'
        '</draw:page><draw:page draw:style-name="P"><draw:custom-shape><text:p>Not shown</text:p></draw:custom-shape></draw:page></office:presentation>',
        ODP,
        author,
    )


def _links(*rows):
    lines = "".join(
        f'<Relationship Id="{key}" Type="{REL}/{kind}" Target="{target}"/>'
        for key, kind, target in rows
    )
    return f'<Relationships xmlns="{S}/package/2006/relationships">{lines}</Relationships>'


def _shape(text, kind=""):
    placeholder = f'<p:ph type="{kind}"/>' if kind else ""
    return f"<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def pptx_parts(author=AUTHOR) -> dict[str, str | bytes]:
    types = "".join(
        f'<Override PartName="/ppt/{name}.xml" ContentType="{PML}.{kind}+xml"/>'
        for name, kind in (
            ("presentation", "presentation.main"),
            ("slides/slide1", "slide"),
            ("slides/slide2", "slide"),
            ("notesSlides/notesSlide1", "notesSlide"),
        )
    )
    table = "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Cell one</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    shown = f'<p:pic><p:nvPicPr><p:cNvPr id="9" name="{author}" descr="{author}"/></p:nvPicPr><p:blipFill><a:blip r:embed="rId3"/></p:blipFill><p:spPr><a:xfrm><a:ext cx="900000" cy="600000"/></a:xfrm></p:spPr></p:pic>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{S}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _links(
            ("rId1", "officeDocument", "ppt/presentation.xml"), ("rId2", "x", "docProps/core.xml")
        ),
        "docProps/core.xml": f"<c xmlns:dc='x'><dc:creator>{author}</dc:creator></c>",
        "docProps/app.xml": f"<c><Manager>{author}</Manager></c>",
        "docProps/thumbnail.jpeg": picture(),
        "ppt/presProps.xml": f"<p:presentationPr {N}><x>{author}</x></p:presentationPr>",
        "ppt/commentAuthors.xml": f'<p:cmAuthorLst {N}><p:cmAuthor name="{author}"/></p:cmAuthorLst>',
        "ppt/authors.xml": f'<x name="{author}"/>',
        "ppt/comments/comment1.xml": f"<x>a comment of {author}</x>",
        "ppt/presentation.xml": f'<p:presentation {N}><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": _links(
            ("rId1", "slide", "slides/slide1.xml"), ("rId2", "slide", "slides/slide2.xml")
        ),
        "ppt/slides/slide2.xml": f"<p:sld {N}><p:cSld><p:spTree>{_shape('A decision', 'ctrTitle')}<p:grpSp>{_shape('Reasonable grounds')}</p:grpSp>{_shape(author, 'ftr')}{table}{shown}</p:spTree></p:cSld></p:sld>",
        "ppt/slides/_rels/slide2.xml.rels": _links(
            ("rId1", "notesSlide", "../notesSlides/notesSlide1.xml"),
            ("rId3", "image", "../media/image1.png"),
            ("rId4", "comments", "../comments/comment1.xml"),
        ),
        "ppt/slides/slide1.xml": f'<p:sld {N} show="0"><p:cSld><p:spTree>{_shape("The second slide", "title")}</p:spTree></p:cSld></p:sld>',
        "ppt/notesSlides/notesSlide1.xml": f"<p:notes {N}><p:cSld><p:spTree>{_shape(author, 'hdr')}{_shape('What I would say', 'body')}{_shape(author, 'sldNum')}</p:spTree></p:cSld></p:notes>",
        "ppt/media/image1.png": picture(),
    }
