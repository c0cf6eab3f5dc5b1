//! Which characters of a text are to be hidden, one mark for each.

/// Marks these places.
pub(super) fn hide(hidden: &mut [bool], places: impl IntoIterator<Item = usize>) {
    for place in places {
        if let Some(sign) = hidden.get_mut(place) {
            *sign = true;
        }
    }
}
