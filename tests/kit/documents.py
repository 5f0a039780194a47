"""Invented PDF and Word files, good and bad, made here and never downloaded."""

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WML = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def word_parts(author="Wordperson McProperty") -> dict[str, str | bytes]:
    """A Word file with an author in every place where Word puts one."""
    return {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{WML}.document.main+xml"/>'
            f'<Override PartName="/word/comments.xml" ContentType="{WML}.comments+xml"/>'
            f'<Override PartName="/word/people.xml" ContentType="{WML}.people+xml"/>'
            f'<Override PartName="/word/settings.xml" ContentType="{WML}.settings+xml"/>'
            '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="word/document.xml"/>'
            '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/>'
            f'<Relationship Id="rId3" Type="{REL}/custom-properties" Target="docProps/custom.xml"/></Relationships>'
        ),
        "docProps/core.xml": (
            f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{author}</dc:creator>'
            f"<cp:lastModifiedBy>{author}</cp:lastModifiedBy></cp:coreProperties>"
        ),
        "docProps/app.xml": (
            f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
            f"<Manager>{author}</Manager><Company>{author}</Company></Properties>"
        ),
        "docProps/custom.xml": (
            f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties">'
            f'<property name="Author">{author}</property></Properties>'
        ),
        "word/document.xml": (
            f"{HEAD}<w:document {W} {R}><w:body><w:p><w:r><w:t>An invented survivor.</w:t></w:r>"
            f'<w:ins w:id="1" w:author="{author}" w:date="2026-11-01T10:00:00Z"><w:r><w:t>added</w:t></w:r></w:ins>'
            f'<w:del w:id="2" w:author="{author}"><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>'
            f'<w:p><w:fldSimple w:instr=" AUTHOR "><w:r><w:t>{author}</w:t></w:r></w:fldSimple></w:p>'
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> LASTSAVEDBY </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{author}</w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>and after it</w:t></w:r></w:p></w:body></w:document>'
        ),
        "word/_rels/document.xml.rels": (
            f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{REL}/comments" Target="comments.xml"/>'
            '<Relationship Id="rId2" Type="http://schemas.microsoft.com/office/2011/relationships/people" Target="people.xml"/>'
            f'<Relationship Id="rId3" Type="{REL}/settings" Target="settings.xml"/>'
            f'<Relationship Id="rId4" Type="{REL}/customXml" Target="../customXml/item1.xml"/>'
            f'<Relationship Id="rId5" Type="{REL}/hyperlink" Target="https://www.legislation.gov.uk/" TargetMode="External"/>'
            f'<Relationship Id="rId6" Type="{REL}/hyperlink" Target="mailto:{author.replace(" ", ".")}@mail.example" TargetMode="External"/>'
            "</Relationships>"
        ),
        "word/settings.xml": f'{HEAD}<w:settings {W} {R}><w:attachedTemplate r:id="rId1"/></w:settings>',
        "word/_rels/settings.xml.rels": (
            f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{REL}/attachedTemplate" Target="file:///C:/Users/{author}/Mine.dotx" TargetMode="External"/>'
            "</Relationships>"
        ),
        "word/comments.xml": (
            f'{HEAD}<w:comments {W}><w:comment w:id="0" w:author="{author}" w:initials="WM"><w:p><w:r><w:t>Check this.</w:t></w:r></w:p>'
            "</w:comment></w:comments>"
        ),
        "word/people.xml": (
            f'{HEAD}<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"><w15:person w15:author="{author}">'
            f'<w15:presenceInfo w15:providerId="AD" w15:userId="{author}"/></w15:person></w15:people>'
        ),
        "customXml/item1.xml": f"<who>{author}</who>",
    }


def packed(parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word_bytes(author="Wordperson McProperty", **more) -> bytes:
    """The same as a file; `more` adds or replaces parts, with / written as __."""
    return packed(
        {
            **word_parts(author),
            **{name.replace("__", "/"): content for name, content in more.items()},
        }
    )
