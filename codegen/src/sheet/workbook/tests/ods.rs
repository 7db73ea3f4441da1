//! ODS workbooks, put together out of their XML.

use super::super::read;
use super::*;

#[test]
fn a_password_is_what_is_said_of_a_file_that_has_one() {
    let ods = package(&[
        (
            "META-INF/manifest.xml",
            b"<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>".to_vec(),
        ),
        ("content.xml", vec![0xc3, 0x28, 7, 0, 0xff]),
    ]);
    let error = read("t.ods", &ods).unwrap_err();
    assert_eq!(error.message, "t.ods is not a workbook: it is protected with a password");
}

/// An ODS file with one sheet of these rows.
fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><table:table table:name="S">{rows}</table:table></office:document-content>"#
    );
    package(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>".to_vec()),
        ("content.xml", content.into_bytes()),
    ])
}

#[test]
fn what_an_ods_repeats_is_read_as_often_as_it_holds_something() {
    let text = r#"<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell>"#;
    let number = r#"<table:table-cell office:value-type="float" office:value="1.50"><text:p>1.5 kW</text:p><office:annotation><text:p>a comment</text:p></office:annotation></table:table-cell>"#;
    let blanks = r#"<table:table-cell table:number-columns-repeated="99999"/>"#;
    let many = |rows: u32| {
        format!(
            r#"<table:table-row table:number-rows-repeated="2">{text}{blanks}</table:table-row><table:table-row table:number-rows-repeated="{rows}"><table:table-cell/></table:table-row><table:table-row table:visibility="filter">{number}</table:table-row>"#
        )
    };
    let tabs = read("t.ods", &ods(&many(1_048_570))).unwrap();
    assert_eq!(
        told(&tabs),
        "S\n1 A:Text=\"a\" B:Text=\"a\"\n2 A:Text=\"a\" B:Text=\"a\"\n1048573 (hidden) A:Number=\"1.5\"\n"
    );
    let refused = |rows: &str| {
        let error = read("t.ods", &ods(rows)).unwrap_err();
        format!("{} {}", error.code, error.message)
    };
    assert_eq!(refused(&many(4_000_000_000)), "E0120 file too large: a cell in row 4000000003");
    let wide = r#"<table:table-row table:number-rows-repeated="2000"><table:table-cell office:value="1" table:number-columns-repeated="16384"/></table:table-row>"#;
    assert_eq!(refused(wide), "E0120 file too large: more than 16000000 cells");
    let spaces = r#"<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row>"#;
    assert_eq!(refused(spaces), "E0120 file too large: a text of more than 128 KiB");
    let untyped = "<table:table-row><table:table-cell><text:p>7</text:p></table:table-cell></table:table-row>";
    assert_eq!(refused(untyped), "E0102 t.ods is not a workbook: A1 holds “7” and does not say what it is");
    let formulas = r#"<table:table-row><table:table-cell table:formula="of:=[.A2]+1"/><table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>"#;
    let tabs = read("t.ods", &ods(formulas)).unwrap();
    assert_eq!(told(&tabs), "S\n1 B:Failure=\"#DIV/0!\"\n");
    assert_eq!(tabs[0].sheet.as_ref().unwrap().unsaved.values().collect::<Vec<_>>(), ["=[.A2]+1"]);
}

#[test]
fn an_ods_that_calamine_would_read_in_another_way_is_refused() {
    let refused = |rows: &str| {
        let error = read("t.ods", &ods(rows)).unwrap_err();
        format!("{} {}", error.code, error.message)
    };
    let row = |cell: &str| format!("<table:table-row>{cell}</table:table-row>");
    let cell =
        |within: &str| row(&format!(r#"<table:table-cell office:value-type="string">{within}</table:table-cell>"#));
    let broken = "E0102 t.ods is not a workbook:";
    // calamine looks for the end of a comment for ever.
    for comment in ["<office:annotation>", "<office:annotation></x:annotation>"] {
        assert!(refused(&cell(comment)).starts_with(broken));
    }
    // A number that counts, and one of another namespace before it.
    let spaces = cell(r#"<text:p><text:s x:c="1" text:c="2000000000"/></text:p>"#);
    assert_eq!(refused(&spaces), format!("{broken} an element “s” has two attributes “c”"));
    let rows = r#"<table:table-row x:number-rows-repeated="1" table:number-rows-repeated="1000000"/>"#;
    assert_eq!(refused(rows), format!("{broken} an element “table-row” has two attributes “number-rows-repeated”"));
    let out_of_place = format!("{broken} its rows and cells are out of place");
    for rows in [
        cell("<x:table-row/>"),
        cell("<table:table-cell/>"),
        row("<table:table-row/>"),
        row("<x:table-cell/>"),
        "<table:table-cell/>".to_owned(),
    ] {
        assert_eq!(refused(&rows), out_of_place, "{rows}");
    }
    // Each cell of a row that repeats has a text, of two that are said, of 100 kB.
    let long = format!(r#"x:string-value="" office:string-value="{}""#, "x".repeat(100_000));
    let long = format!(r#"<table:table-cell table:number-columns-repeated="9000" {long}/>"#);
    assert_eq!(refused(&row(&long)), "E0120 file too large: more than 256 MiB of text");
}

#[test]
fn a_package_with_two_parts_of_one_name_is_refused() {
    let mut twice = parts(&ods(""));
    twice.push(("Content.xml".to_owned(), b"<x/>".to_vec()));
    let parts: Vec<_> = twice.iter().map(|(name, part)| (name.as_str(), part.clone())).collect();
    let error = read("t.ods", &package(&parts)).unwrap_err();
    assert_eq!(error.message, "t.ods is not a workbook: duplicate part “Content.xml”");
}
