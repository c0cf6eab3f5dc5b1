//! The errors of files: photos that are not taken.

use crate::http::error::errors;

errors! {
    HEIC_PHOTO = 415, 1, "这是 HEIC 格式的照片，请改为上传压缩图，或在手机相机设置中关闭“高效（HEIF）”格式、选“兼容性最佳”后重拍", "This is a HEIC photo: upload it compressed, or set the camera to JPEG (Most Compatible)";
    UPLOADS_OF_TODAY = 429, 2, "今日上传的照片已达上限，请明天再传；急需时请选择压缩图，或请社区工作人员代传", "No more photos today: upload tomorrow or, if it cannot wait, compressed ones or through the community's staff";
}
