//! Damages to areas, people, log-ins, service items and photos.

use super::Damage;
use persistence::catalogue::invariants::ITEM_READABLE;
use persistence::files::invariants::{PHOTO_ENDS, PHOTO_WHOLE};
use persistence::identity::invariants::SIGNED_IN;
use persistence::organisation::invariants::{AREA_LEVEL, AREA_TREE};
use persistence::people::invariants::{PHONE_FOUND, ROLE_PLACE};

/// In the words of `super::Damage`.
pub const DAMAGES: &[Damage] = &[
    (
        "UPDATE area SET path = '/1/11/' WHERE id = 11",
        &[AREA_TREE],
        "area 11 has the path /1/11/, by its parent /1/2/3/10/11/",
    ),
    (
        "UPDATE area SET parent_id = 4 WHERE id = 11",
        &[AREA_TREE],
        "area 11 has the path /1/2/3/10/11/, by its parent /1/2/3/4/11/",
    ),
    ("UPDATE area SET parent_id = 11 WHERE id = 10", &[AREA_TREE, AREA_LEVEL], "area 10 has the path"),
    ("UPDATE area SET level = 'town' WHERE id = 11", &[AREA_LEVEL], "area 11 is a town in a town"),
    ("UPDATE area SET level = 'hamlet' WHERE id = 11", &[AREA_LEVEL], "area 11 is a hamlet in a town"),
    (
        "UPDATE role_binding SET unit_id = 1 WHERE account_id = 14",
        &[ROLE_PLACE],
        " of account 14 is held in 2 places",
    ),
    (
        "UPDATE role_binding SET area_id = NULL WHERE account_id = 14",
        &[ROLE_PLACE],
        " of account 14 is held in 0 places",
    ),
    ("UPDATE account SET phone_sealed = 'x' WHERE id = 1", &[PHONE_FOUND], "account 1"),
    ("UPDATE account SET phone_hash = 'x' WHERE id = 2", &[PHONE_FOUND], "account 2"),
    (
        "UPDATE account SET disabled_at = created_at WHERE id = 14; \
         INSERT INTO session (account_id,counter,created_at,expires_at) \
         SELECT id,0,created_at,created_at FROM account WHERE id = 14",
        &[SIGNED_IN],
        " of account 14",
    ),
    ("UPDATE service_item SET rules = '7' WHERE id = 5", &[ITEM_READABLE], "service item 5: "),
    (
        "UPDATE service_item SET service_group = 'lost' WHERE id = 5",
        &[ITEM_READABLE],
        "service item 5: the group \"lost\"",
    ),
    ("@upload; UPDATE file SET size = 0 WHERE id = 900", &[PHOTO_WHOLE], "photo 900 has 0 bytes, 1 by 1"),
    (
        "@upload; UPDATE file SET sha256 = '../../../../../../../../../../../../../../../../../../../../../x' WHERE id = 900",
        &[PHOTO_WHOLE],
        "photo 900",
    ),
    (
        "@upload; UPDATE file SET owner_id = NULL WHERE id = 900",
        &[PHOTO_ENDS],
        "photo 900 goes with no order",
    ),
    (
        "@upload; INSERT INTO meta (key,value) VALUES ('files.looked_at','900')",
        &[PHOTO_ENDS],
        "photo 900 goes with no order",
    ),
];
