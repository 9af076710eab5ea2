# SPDX-License-Identifier: GPL-3.0-or-later
"""XLSForm workbooks for tests, written in two ways: as openpyxl does (shared strings, as spreadsheets write them) and by hand (inline strings)."""
import io
import zipfile
from xml.sax.saxutils import escape


def workbook(sheets, shared=True):
    """@sheets: {name: [[cell, …], …]}; None leaves a cell out. Gives the file's bytes."""
    return _openpyxl(sheets) if shared else _by_hand(sheets)


def _openpyxl(sheets):
    import openpyxl
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for r, row in enumerate(rows, 1):
            for c, cell in enumerate(row, 1):
                if cell is not None:
                    sheet.cell(r, c).value = cell
                    if isinstance(cell, str) and cell.startswith("="):
                        sheet.cell(r, c).data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _letter(column):
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _by_hand(sheets):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names = list(sheets)
        archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        archive.writestr("xl/workbook.xml", f'<?xml version="1.0"?><workbook xmlns="{main}" xmlns:r="{rel}"><sheets>' + "".join(
            f'<sheet name="{escape(n)}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1)) + "</sheets></workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
            f'<Relationship Id="rId{i}" Type="{rel}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i, _ in enumerate(names, 1)) + "</Relationships>")
        for i, name in enumerate(names, 1):
            rows = []
            for r, row in enumerate(sheets[name], 1):
                cells = "".join(f'<c r="{_letter(c)}{r}" t="inlineStr"><is><r><t xml:space="preserve">{escape(str(cell))}</t></r></is></c>'
                                for c, cell in enumerate(row, 1) if cell is not None)
                rows.append(f'<row r="{r}">{cells}</row>')
            archive.writestr(f"xl/worksheets/sheet{i}.xml", f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{"".join(rows)}</sheetData></worksheet>')
    return out.getvalue()
