//! What everybody may say: ids, closed vocabularies, telephone numbers, what is visible of a text and what is masked in it.

pub(crate) mod ids;
pub mod labelled;
pub mod mask;
pub mod phone;
pub(crate) mod stars;
pub mod text;
