//! The errors of import.

use crate::http::error::errors;

errors! {
    IMPORT_REJECTED = 422, 2, "导入文件有误，未导入任何数据", "The file has bad rows: nothing was imported";
}
