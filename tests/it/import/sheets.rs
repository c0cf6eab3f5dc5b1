//! Tables as offices make them: workbooks, titles above the header, what browsers call a CSV file, what a spreadsheet did to
//! a number.

use super::{bad_rows, import};
use harness::both;
use harness::client::workbook;
use harness::client::{Answer, Client, new_key};
use harness::fixture::texts;
use reqwest::Method;
use serde_json::json;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn sent_as(client: &Client, mime: &str, file: impl Into<Vec<u8>>) -> Answer {
    let request = client.request(Method::POST, "/import/staff").header("Idempotency-Key", new_key());
    client.send(request.header("Content-Type", mime).body(file.into())).await
}

both!(a_workbook_is_read_as_its_reader_sees_it, async |app| {
    let admin = app.client(app.fixture.admin);
    let book = workbook::of(&[
        &["西郊社区网格员花名册"],
        &["序号", "*登录名", "姓　名", "手机号（必填）", "角色", "区域编码"],
        &["1", "qian", "钱大壮", "13812345678", "网格员", "A6"],
        &[],
        &["2", "sun", "孙二", "1.3900001111E10", "网格员", "A6"],
        &["3", "lisan", "李三", "", "网格员", "A6"],
    ]);
    let done = sent_as(&admin, XLSX, book).await;
    assert_eq!(done.ok()["created"], 3);
    for (login, phone) in [("qian", "138****5678"), ("sun", "139****1111")] {
        let found = admin.get(&format!("/accounts?q={login}")).await;
        assert_eq!(found.ok()["list"][0]["phone"], phone, "{login}");
    }
    let names = texts(app.database(), "SELECT name AS t FROM account WHERE login = 'lisan'").unwrap();
    assert_eq!(names, ["李三"]);
});

both!(what_is_wrong_in_a_workbook_is_named_by_its_row, async |app| {
    let admin = app.client(app.fixture.admin);
    let book = workbook::of(&[
        &["登录名", "姓名", "手机号", "角色", "区域编码"],
        &["qian", "钱大壮", "1.38123E15", "网格员", "A6"],
        &["sun", "孙二", "", "无此角色", "A6"],
    ]);
    let refused = sent_as(&admin, XLSX, book).await;
    assert_eq!(bad_rows(&refused), [(2, "phone".to_owned()), (3, "role".to_owned())]);
    let why = refused.body["detail"]["rows"][0]["reason"].as_str().unwrap();
    assert!(why.contains("科学计数法"), "{why}");
});

both!(a_cell_that_is_an_error_is_no_empty_one_and_a_number_among_dates_is_a_number, async |app| {
    let admin = app.client(app.fixture.admin);
    const HEADER: &[&str] = &["登录名", "姓名", "手机号", "角色", "区域编码"];
    for (row, field, value) in [
        (["qian", "钱大壮", "#N/A", "网格员", "A6"], "phone", "****"),
        (["sun", "孙二", "", "网格员", "#REF!"], "area_code", "#REF!"),
    ] {
        let refused = sent_as(&admin, XLSX, workbook::of(&[HEADER, &row])).await;
        assert_eq!(bad_rows(&refused), [(2, field.to_owned())]);
        assert_eq!(refused.body["detail"]["rows"][0]["value"], value);
    }
    sent_as(&admin, XLSX, workbook::of(&[HEADER, &["sun", "孙二", "@13900001111", "网格员", "A6"]]))
        .await
        .ok();
    let found = admin.get("/accounts?q=sun").await;
    assert_eq!(found.ok()["list"][0]["phone"], "139****1111");
});

both!(the_sheet_that_is_meant_is_read_and_none_is_lost, async |app| {
    let admin = app.client(app.fixture.admin);
    const EXPLAINED: &[&[&str]] = &[&["填写说明"], &["角色填网格员"]];
    const ONE: &[&[&str]] = &[&["登录名", "姓名", "角色", "区域编码"], &["qian", "钱大壮", "网格员", "A6"]];
    const OTHER: &[&[&str]] = &[&["登录名", "姓名", "角色", "区域编码"], &["sun", "孙二", "网格员", "A6"]];
    let several = sent_as(&admin, XLSX, workbook::of_sheets(&[(false, ONE), (false, OTHER)])).await;
    several.refused(422, "IMPORT_REJECTED");
    let why = several.body["detail"]["rows"][0]["reason"].as_str().unwrap();
    assert!(why.contains("工作表"), "{why}");
    for sheets in [&[(false, EXPLAINED), (false, ONE)][..], &[(true, ONE), (false, OTHER)]] {
        assert_eq!(sent_as(&admin, XLSX, workbook::of_sheets(sheets)).await.ok()["created"], 1);
    }
});

both!(what_browsers_call_a_csv_file_is_taken, async |app| {
    let admin = app.client(app.fixture.admin);
    let mimes =
        ["text/csv; charset=gbk", "application/vnd.ms-excel", "text/plain", "application/octet-stream"];
    for (n, mime) in mimes.into_iter().enumerate() {
        let file =
            format!("sep=;\n登录名;姓名;手机号;角色;区域编码\nqian{n};钱大壮;'1381234567{n};网格员;A6\n");
        assert_eq!(sent_as(&admin, mime, file).await.ok()["created"], 1, "{mime}");
        let found = admin.get(&format!("/accounts?q=qian{n}")).await;
        assert_eq!(found.ok()["list"][0]["phone"], json!(format!("138****567{n}")), "{mime}");
    }
    sent_as(&admin, "application/json", "{}").await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
});

both!(what_is_no_readable_workbook_is_refused, async |app| {
    let admin = app.client(app.fixture.admin);
    let mut cut = workbook::of(&[&["登录名", "姓名", "角色"], &["qian", "钱", "网格员"]]);
    cut.truncate(cut.len() / 2);
    let old = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    for file in [cut, old, workbook::bomb(300 * 1024 * 1024), b"PK\x03\x04".to_vec()] {
        let refused = import(&admin, "staff", file).await;
        refused.refused(422, "IMPORT_REJECTED");
        let why = refused.body["detail"]["rows"][0]["reason"].as_str().unwrap();
        assert!(why.contains("工作簿"), "{why}");
    }
});
