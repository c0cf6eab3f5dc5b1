//! What always holds of photos, as far as rows say it; their contents lie in the data folder, by their hash.

use super::values::LOOKED_AT;

crate::engine::invariant::invariants! {
    PHOTO_WHOLE = "photo_whole", "照片完整", "every photo names its content by hash, and has a size and measures", || WHOLE.into();
    PHOTO_ENDS = "photo_ends", "照片有归宿", "a photo that no order took is somebody's, and is swept in its time", unused;
}

/// Photos whose content has no name of a file, or nothing in it.
const WHOLE: &str = "SELECT id, 'photo ' || id || ' has ' || size || ' bytes, ' || width || ' by ' || height AS said FROM file \
    WHERE size < 1 OR width < 1 OR height < 1 OR length(sha256) <> 64 OR trim(sha256, '0123456789abcdef') <> ''";

/// Photos of no order which nobody can use, or past which the sweep has gone.
fn unused() -> String {
    format!(
        "SELECT f.id AS id, 'photo ' || f.id || ' goes with no order' AS said FROM file f \
         LEFT JOIN order_file o ON o.file_id = f.id WHERE o.file_id IS NULL AND (f.owner_id IS NULL \
         OR f.id <= (SELECT CAST(value AS BIGINT) FROM meta WHERE key = '{LOOKED_AT}'))"
    )
}
