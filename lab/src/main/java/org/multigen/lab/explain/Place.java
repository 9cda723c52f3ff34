package org.multigen.lab.explain;

/** Where the other variant had a page when this one missed it: for people, to go on after "had it". */
public enum Place {
    ACTIVE("on the active list"),
    INACTIVE("on the inactive list"),
    YOUNGEST_SEEN("in the youngest generation (promoted)"),
    YOUNGEST_NEW("in the youngest generation (new)"),
    MIDDLE_SEEN("in a middle generation (promoted before)"),
    MIDDLE_NEW("in a middle generation (as it came in)"),
    OLDEST_SEEN("in the oldest generation (promoted before)"),
    OLDEST_NEW("in the oldest generation (as it came in)"),
    WAITING("on its way to a list"),
    UNEVICTABLE("unevictable"),
    OTHER_FAULT("absent too, for a fault of another kind"),
    NOT_TOUCHED("untouched: the process had ended"),
    UNPAIRED("");

    private final String text;

    Place(String text) {
        this.text = text;
    }

    /** For people: goes on after "had it". */
    public String text() {
        return text;
    }
}
