package io.github.jlamadsla.engine;

import io.github.jlamadsla.sampling.StopMatcher;
import io.github.jlamadsla.text.IncrementalDecoder;

/** The text of an answer as it grows: whole code points, up to a stop text. */
final class AnswerText {
    private final IncrementalDecoder decoder;
    private final StopMatcher stops; // null: none
    private final StringBuilder text = new StringBuilder();

    /** @param stops of this request, or null */
    AnswerText(IncrementalDecoder decoder, StopMatcher stops) {
        this.decoder = decoder;
        this.stops = stops;
    }

    /** Text that may be delivered now; often empty. */
    String add(int token) {
        return take(decoder.add(token), false);
    }

    /** The same for a token that nothing follows. */
    String addLast(int token) {
        return take(decoder.add(token) + decoder.flush(), true);
    }

    boolean stopped() {
        return stops != null && stops.stopped();
    }

    /** All text; what was held back is in it, unless a stop text came. */
    String end() {
        take(decoder.flush(), true);
        return text.toString();
    }

    private String take(String piece, boolean last) {
        String given = piece;
        if (stops != null) {
            given = stops.stopped() ? "" : stops.add(piece);
            given += last && !stops.stopped() ? stops.flush() : "";
        }
        text.append(given);
        return given;
    }
}
