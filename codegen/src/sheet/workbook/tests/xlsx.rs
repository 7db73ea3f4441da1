//! XLSX workbooks, put together out of their XML.

use super::super::read;
use super::*;

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "first").unwrap().write(1_048_575, 16_383, "last").unwrap();
    let tabs = read("t.xlsx", &workbook.save_to_buffer().unwrap()).unwrap();
    let grid = tabs[0].sheet.as_ref().unwrap();
    assert_eq!(grid.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 1_048_576]);
    assert_eq!(grid.text(1_048_576, 16_383), "last");
}

/// A workbook with one sheet of this XML and these shared texts.
fn sheet_of(rows: &str, texts: &str) -> Vec<u8> {
    book_of(rows, &format!("<sst>{texts}</sst>"))
}

fn book_of(rows: &str, texts: &str) -> Vec<u8> {
    let relations = |list: &str| format!("<Relationships>{list}</Relationships>").into_bytes();
    package(&[
        (
            "_rels/.rels",
            relations(r#"<Relationship Id="r" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/>"#),
        ),
        ("xl/workbook.xml", br#"<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>"#.to_vec()),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                r#"<Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/>
                   <Relationship Id="r2" Type="x/relationships/sharedStrings" Target="sharedStrings.xml"/>"#,
            ),
        ),
        ("xl/sharedStrings.xml", texts.as_bytes().to_vec()),
        ("xl/sheet.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()),
    ])
}

/// What is said of such a workbook's sheet.
fn fault_of(rows: &str, texts: &str) -> String {
    let tabs = read("t.xlsx", &sheet_of(rows, texts)).unwrap();
    let error = tabs[0].sheet.as_ref().unwrap_err();
    format!("{} {}", error.code, error.message)
}

#[test]
fn what_would_use_up_a_machine_is_refused() {
    // A text of a megabyte, and one that is shown by every cell of a column.
    let long = format!("<si><t>{}</t></si>", "x".repeat(1 << 20));
    let shared = r#"<row><c t="s"><v>0</v></c></row>"#;
    let error = read("t.xlsx", &sheet_of(shared, &long)).unwrap_err();
    assert_eq!(error.message, "file too large: a text of more than 128 KiB");
    let inline = format!(r#"<row><c t="str"><v>{}</v></c></row>"#, "x".repeat(1 << 20));
    assert_eq!(fault_of(&inline, ""), "E0120 file too large: a text of more than 128 KiB");
    let tag = format!(r#"<row r="{}">"#, "1".repeat(5 << 20));
    assert_eq!(
        fault_of(&tag, ""),
        "E0108 a sheet of t.xlsx cannot be read: a tag or a text of its XML is larger than 4 MiB"
    );
    let text = format!("<si><t>{}</t></si>", "x".repeat(60_000));
    assert_eq!(fault_of(&shared.repeat(5_000), &text), "E0120 file too large: more than 256 MiB of text");
    // Blank cells before a filled one.
    let wide = (1..1_100).map(|row| format!(r#"<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>"#));
    let wide = wide.collect::<Vec<_>>().concat();
    assert_eq!(fault_of(&wide, ""), "E0120 file too large: more than 16000000 cells");
    for (cell, fault) in [
        ("A1048577", "E0120 file too large: a cell in row 1048577"),
        ("XFE1", "E0120 file too large: a cell in column XFE"),
        ("ZZZZZZ1", "E0120 file too large: a cell in column ZZZZZZ"),
        ("A0", "E0108 a sheet of t.xlsx cannot be read: A0: Range is missing the expected row component."),
        ("A99999999999", "E0108 a sheet of t.xlsx cannot be read: “A99999999999” is not a cell"),
    ] {
        assert_eq!(fault_of(&format!(r#"<row><c r="{cell}"><v>1</v></c></row>"#), ""), fault);
    }
    let deep = "<a>".repeat(300);
    assert_eq!(fault_of(&deep, ""), "E0108 a sheet of t.xlsx cannot be read: XML is nested too deeply");
    let merged = r#"<mergeCell ref="A1:XFD1"/>"#.repeat(1_100);
    let row = r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#;
    assert_eq!(
        fault_of(&format!("{row}</sheetData><mergeCells>{merged}</mergeCells><sheetData>"), ""),
        "E0120 file too large: more than 16000000 cells"
    );
}

#[test]
fn what_a_file_claims_to_hold_is_not_believed() {
    let claim = r#"<sst uniqueCount="999999999999"><si><t>a</t></si></sst>"#;
    let error = read("t.xlsx", &book_of("", claim)).unwrap_err();
    assert_eq!(error.message, "file too large: more than 16000000 cells");
    let twice = r#"<sst x:uniqueCount="1" uniqueCount="999999999999"><si><t>a</t></si></sst>"#;
    let error = read("t.xlsx", &book_of("", twice)).unwrap_err();
    assert_eq!(error.message, "t.xlsx is not a workbook: an element “sst” has two attributes “uniqueCount”");
}

#[test]
fn cells_are_read_as_their_kind_says() {
    let rows = r#"<row><c t="s"><v>7</v></c></row>"#;
    assert_eq!(
        fault_of(rows, ""),
        "E0108 a sheet of t.xlsx cannot be read: A1: Cell string index not found in shared strings table"
    );
    // What is not understood does not pass for blank, nor for the first of the shared texts.
    for (cell, why) in [
        (r#"<c t="b"><v>maybe</v></c>"#, "A1: Unrecognized boolean cell value: maybe"),
        ("<c><v><![CDATA[5]]></v></c>", "A1 holds “5”, which is not understood"),
        (r#"<c t="s"><v>x</v></c>"#, "A1 holds “x”, which is not understood"),
        (r#"<c t="s"><v>99999999999999999999</v></c>"#, "A1 holds “99999999999999999999”, which is not understood"),
        // Of which calamine reads a part only.
        ("<c><v>40<!-- 0 -->001</v></c>", "A1 holds “40001”, which is not understood"),
        ("<c><v>4&#48;001</v></c>", "A1 holds “40001”, which is not understood"),
        ("<c><v>40<![CDATA[001]]></v></c>", "A1 holds “40001”, which is not understood"),
        (r#"<c t="str"><v>a<![CDATA[b]]></v></c>"#, "A1 holds “ab”, which is not understood"),
        (r#"<c t="str"><v><![CDATA[b]]></v></c>"#, "A1 holds “b”, which is not understood"),
        (r#"<c t="s"><v>0<?x?>1</v></c>"#, "A1 holds “01”, which is not understood"),
        ("<c><v>1</v><v>2</v></c>", "A1 holds “12”, which is not understood"),
        (r#"<c r="A1"><v>1</v></c><c r="A1"><v>1</v></c>"#, "duplicate cell A1"),
    ] {
        let told = fault_of(&format!("<row>{cell}</row>"), "<si><t>first</t></si>");
        assert_eq!(told, format!("E0108 a sheet of t.xlsx cannot be read: {why}"));
    }
    let rows = r#"<row r="3"><c><v>1.5E-3</v></c><c t="str"><v>a &amp; b_x000D_</v></c><c t="d"><v>2025-01-02</v></c>
        <c t="b"><v>1</v></c><c t="n"><v>nan</v></c><c s="99"><v>4</v></c>
        <c t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r><rPh><t>z</t></rPh></is></c><c t="e"><v>#REF!</v></c>
        <c t="e"><v>#SPILL!</v></c></row>
        <row><c><f>A1+1</f></c><c><f t="shared" si="0" ref="B4:B9">C1</f><v></v></c><c><f t="shared" si="0"/></c>
        <c t="str"><f>""</f><v></v></c></row>"#;
    let tabs = read("t.xlsx", &sheet_of(rows, "")).unwrap();
    assert_eq!(
        told(&tabs),
        r##"S
3 A:Number="0.0015" B:Text="a & b" C:Date="2025-01-02" D:Truth="true" E:Text="NaN" F:Number="4" G:Text="xy" H:Failure="#REF!" I:Failure="#SPILL!"
4
"##
    );
    let unsaved: Vec<_> = tabs[0].sheet.as_ref().unwrap().unsaved.iter().collect();
    assert_eq!(
        unsaved,
        [(&(4, 0), &"=A1+1".to_owned()), (&(4, 1), &"=C1".to_owned()), (&(4, 2), &"=… as in B4".to_owned())]
    );
}

#[test]
fn what_merged_cells_cover_is_not_read() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("S").unwrap();
    sheet.merge_range(0, 0, 2, 1, "shown", &Format::new()).unwrap();
    sheet.write(1, 0, "covered").unwrap().write(2, 1, 5).unwrap().write(2, 2, "beside").unwrap();
    let tabs = read("t.xlsx", &workbook.save_to_buffer().unwrap()).unwrap();
    let grid = tabs[0].sheet.as_ref().unwrap();
    let texts: Vec<&str> = [(1, 0), (2, 0), (3, 1), (3, 2)].map(|(row, column)| grid.text(row, column)).to_vec();
    assert_eq!(texts, ["shown", "", "", "beside"]);
}

#[test]
fn sheets_and_relations_of_one_name_are_refused() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("First").unwrap().write(0, 0, 1).unwrap();
    workbook.add_worksheet().set_name("Other").unwrap().write(0, 0, 2).unwrap();
    let good = workbook.save_to_buffer().unwrap();
    let fault = |name: &str, from: &str, to: &str| {
        let changed = parts(&good).into_iter().map(|(part, bytes)| {
            let text = String::from_utf8_lossy(&bytes).replace(from, to).into_bytes();
            let bytes = if part == name { text } else { bytes };
            (part, bytes)
        });
        let changed: Vec<(String, Vec<u8>)> = changed.collect();
        let changed: Vec<(&str, Vec<u8>)> =
            changed.iter().map(|(part, bytes)| (part.as_str(), bytes.clone())).collect();
        read("t.xlsx", &package(&changed)).unwrap_err().message
    };
    let told = fault("xl/workbook.xml", "\"Other\"", "\"First\"");
    assert_eq!(told, "t.xlsx is not a workbook: duplicate sheet name “First”");
    let told = fault("xl/_rels/workbook.xml.rels", "\"rId2\"", "\"rId1\"");
    assert_eq!(told, "t.xlsx is not a workbook: duplicate relation “rId1”");
}

#[test]
fn struck_raised_and_lowered_text_is_told() {
    let mut workbook = Workbook::new();
    let script = |script| Format::new().set_font_script(script);
    let (plain, struck, raised, lowered) = (
        Format::new(),
        Format::new().set_font_strikethrough(),
        script(rust_xlsxwriter::FormatScript::Superscript),
        script(rust_xlsxwriter::FormatScript::Subscript),
    );
    let sheet = workbook.add_worksheet();
    let wholly = [(&struck, "a"), (&struck, "b")];
    sheet.write_rich_string(0, 0, &[(&struck, "10"), (&plain, "12")]).unwrap();
    sheet.write_rich_string(0, 1, &[(&plain, "10"), (&raised, "-3")]).unwrap();
    sheet.write_rich_string(0, 2, &[(&plain, "m"), (&raised, "3"), (&plain, "/h")]).unwrap();
    sheet.write_rich_string(0, 3, &[(&plain, "40001"), (&raised, "1)")]).unwrap();
    sheet.write_rich_string(0, 4, &[(&plain, "x"), (&raised, "th")]).unwrap();
    sheet.write_rich_string(0, 5, &wholly).unwrap();
    sheet.write_rich_string(0, 6, &[(&plain, "10"), (&lowered, "16")]).unwrap();
    sheet.write_rich_string(0, 7, &[(&plain, "U"), (&lowered, "L1")]).unwrap();
    sheet.write_with_format(1, 0, 7, &struck).unwrap().write_with_format(1, 1, "gone", &struck).unwrap();
    sheet.write_blank(1, 2, &plain).unwrap().write_rich_string(1, 3, &wholly).unwrap();
    sheet.write_with_format(2, 0, 8, &struck).unwrap().write(2, 1, "there").unwrap();
    // A first part without a format of its own has that of the cell.
    sheet.write_rich_string_with_format(3, 0, &[(&plain, "x"), (&struck, "y")], &struck).unwrap();
    let tabs = read("t.xlsx", &workbook.save_to_buffer().unwrap()).unwrap();
    let grid = tabs[0].sheet.as_ref().unwrap();
    assert_eq!(grid.rows[0].cells, ["1012", "10⁻³", "m³/h", "40001¹⁾", "xth", "ab", "10₁₆", "UL1"]);
    assert_eq!(grid.rows.iter().map(|row| row.struck).collect::<Vec<_>>(), [false, true, false, true]);
    let struck: Vec<_> = grid.struck.iter().map(|(place, strike)| (*place, *strike)).collect();
    assert_eq!(struck, [((1, 0), Strike::Partly), ((1, 5), Strike::Wholly), ((3, 0), Strike::Wholly)]);

    let inline = r#"<row><c t="inlineStr"><is><r><rPr><strike val="0"/></rPr><t>1</t></r><r><rPr><strike/></rPr><t> 2</t></r>
        <r><t xml:space="preserve"> </t></r></is></c></row>"#;
    let tabs = read("t.xlsx", &sheet_of(inline, "")).unwrap();
    assert_eq!(tabs[0].sheet.as_ref().unwrap().struck.get(&(1, 0)), Some(&Strike::Partly));
}

#[test]
fn a_workbook_with_too_many_styles_is_refused() {
    let book = sheet_of("", "");
    let mut parts = parts(&book);
    parts.push(("xl/styles.xml".to_owned(), "<xf/>".repeat(600_000).into_bytes()));
    let parts: Vec<_> = parts.iter().map(|(name, part)| (name.as_str(), part.clone())).collect();
    let error = read("t.xlsx", &package(&parts)).unwrap_err();
    assert_eq!(error.message, "file too large: more than 500000 tags in xl/styles.xml");
}

#[test]
fn reading_that_takes_too_long_is_given_up() {
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let told = super::super::apart(std::time::Duration::from_millis(20), move || {
        let _ = receiver.recv();
        Ok(())
    });
    assert_eq!(told, Err(super::super::Fault::too_large("reading it takes longer than 0 s", "at most 0 s")));
    drop(sender);
}
